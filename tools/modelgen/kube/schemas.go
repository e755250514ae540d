package main

import (
	"bytes"
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
)

type property struct {
	Type          string          `json:"type"`
	Default       json.RawMessage `json:"default"`
	ListType      string          `json:"x-kubernetes-list-type"`
	ListMapKeys   []string        `json:"x-kubernetes-list-map-keys"`
	MapType       string          `json:"x-kubernetes-map-type"`
	PatchStrategy string          `json:"x-kubernetes-patch-strategy"`
	Required      bool            `json:"-"` // stands beside the properties
	PatchMergeKey string          `json:"x-kubernetes-patch-merge-key"`
}

type openSchema struct {
	Properties map[string]property `json:"properties"`
	Required   []string            `json:"required"`
	MapType    string              `json:"x-kubernetes-map-type"`
}

func load(path string, into any) {
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		log.Fatal(path, ": ", err)
	}
}

// loadSchemas reads the schemas of all group versions; the same name has the same schema in each.
func loadSchemas(folder string) map[string]openSchema {
	files, err := filepath.Glob(filepath.Join(folder, "*_openapi.json"))
	if err != nil || len(files) == 0 {
		log.Fatalf("%s: no OpenAPI files (%v)", folder, err)
	}
	all := map[string]openSchema{}
	for _, file := range files {
		var document struct {
			Components struct {
				Schemas map[string]openSchema `json:"schemas"`
			} `json:"components"`
		}
		load(file, &document)
		for name, s := range document.Components.Schemas {
			all[name] = s
		}
	}
	return all
}

// openName turns "k8s.io/api/core/v1.Pod" into "io.k8s.api.core.v1.Pod".
func openName(goName string) string {
	parts := strings.Split(goName, "/")
	host := strings.Split(parts[0], ".")
	for i, j := 0, len(host)-1; i < j; i, j = i+1, j-1 {
		host[i], host[j] = host[j], host[i]
	}
	return strings.Join(append(host, parts[1:]...), ".")
}

// addSchemas adds to the fields what only the OpenAPI documents say. Types that are not served
// (older versions) are not in there and get nothing.
func (t *types) addSchemas(schemas map[string]openSchema) {
	used := 0
	for _, name := range t.messageNames() {
		m := t.messages[name]
		s, served := schemas[openName(name)]
		if !served {
			continue
		}
		used++
		m.atomic = s.MapType == "atomic"
		if found := t.applySchema(m, s); found != len(s.Properties) {
			log.Fatalf("%s: %d of %d properties are fields", name, found, len(s.Properties))
		}
	}
	if used < 700 {
		log.Fatalf("only %d of the schemas belong to a type", used)
	}
}

// applySchema returns how many properties it found among a message's fields. The fields of an
// inlined message stand in the schema of each message that inlines it, always with the same words.
func (t *types) applySchema(m *message, s openSchema) int {
	found := 0
	for _, f := range m.fields {
		if f.has("INLINE") {
			found += t.applySchema(t.messages[f.message], s)
			continue
		}
		p, ok := s.Properties[f.name]
		if !ok {
			log.Fatalf("%s.%s: not in its schema", m.name, f.name)
		}
		p.Required = slices.Contains(s.Required, f.name)
		f.applyProperty(m.name, p)
		found++
	}
	return found
}

// applyProperty may be called again for the field of an inlined message, but must not disagree.
func (f *field) applyProperty(where string, p property) {
	where += "." + f.name
	if f.applied != nil && !reflect.DeepEqual(*f.applied, p) {
		log.Fatalf("%s: two schemas disagree about it", where)
	}
	if f.applied != nil {
		return
	}
	f.applied = &p
	set := func(flag string, on bool) {
		if on {
			f.flag(flag)
		}
	}
	set("REQUIRED", p.Required)
	switch p.ListType {
	case "atomic":
		set("LIST_ATOMIC", true)
	case "set":
		set("LIST_SET", true)
	case "map":
		set("LIST_MAP", true)
	case "":
	default:
		log.Fatalf("%s: unknown list type %q", where, p.ListType)
	}
	switch p.MapType {
	case "atomic":
		set("MAP_ATOMIC", true)
	case "granular", "":
	default:
		log.Fatalf("%s: unknown map type %q", where, p.MapType)
	}
	if strings.Contains(p.PatchStrategy, "merge") != f.has("PATCH_MERGE") ||
		strings.Contains(p.PatchStrategy, "retainKeys") != f.has("PATCH_RETAIN_KEYS") ||
		strings.Contains(p.PatchStrategy, "replace") != f.has("PATCH_REPLACE") ||
		p.PatchMergeKey != f.mergeKey {
		log.Fatalf("%s: the schema and the Go tags disagree about patching", where)
	}
	f.listKeys = p.ListMapKeys
	if p.Default != nil {
		var text bytes.Buffer
		if err := json.Compact(&text, p.Default); err != nil {
			log.Fatal(where, ": ", err)
		}
		f.preset = text.String()
	}
}
