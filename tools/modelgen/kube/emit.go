package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"strings"
)

type writer struct {
	*bufio.Writer
	file *os.File
}

func create(path string) *writer {
	file, err := os.Create(path)
	if err != nil {
		log.Fatal(err)
	}
	return &writer{bufio.NewWriter(file), file}
}

func (w *writer) printf(format string, args ...any) { fmt.Fprintf(w, format, args...) }

func (w *writer) close() {
	err := w.Flush()
	if err == nil {
		err = w.file.Close()
	}
	if err != nil {
		log.Fatal(err)
	}
}

// text is a C string literal; "" is a null pointer.
func text(s string) string {
	if s == "" {
		return "0"
	}
	return literal(s)
}

func literal(s string) string {
	for _, c := range s {
		if c != '\n' && (c < 32 || c > 126) {
			log.Fatalf("%q is not plain ASCII", s)
		}
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `?`, `\?`, "\n", `\n`).Replace(s) + `"`
}

func flags(names []string) string {
	if len(names) == 0 {
		return "0"
	}
	var list []string
	for _, name := range names {
		list = append(list, "F_"+name)
	}
	return strings.Join(list, "|")
}

var shortFlags = []string{"REPEATED", "MAP", "POINTER", "OMIT_EMPTY", "INLINE", "REQUIRED",
	"PATCH_MERGE", "PATCH_RETAIN_KEYS", "LIST_ATOMIC", "LIST_SET", "LIST_MAP", "MAP_ATOMIC",
	"MAP_OF_LISTS", "OMIT_ZERO", "WRAPPED_LIST", "PATCH_REPLACE"}

func writeTypes(path, title, version string, t *types) {
	w := create(path)
	defer w.close()
	names := t.messageNames()
	index := map[string]int{}
	for i, name := range names {
		index[name] = i
	}
	w.printf("/* Kubernetes types: %s */\n#include \"emulator/model/kube_model.h\"\n\n", title)
	w.printf("const char *const kube_model_version = %s;\n\n", literal(version))
	for _, flag := range shortFlags {
		w.printf("#define F_%s KUBE_%s\n", flag, flag)
	}
	w.printf("\nstatic const struct kube_field fields[] = {\n")
	for _, name := range names {
		w.printf("/* %s */\n", name)
		for _, f := range t.messages[name].fields {
			w.printf("{%s,%d,KUBE_%s,%s,%d,%s,%s,%s},\n", literal(f.name), f.number, f.kind,
				flags(f.flags), index[f.message], text(f.mergeKey),
				text(strings.Join(f.listKeys, ",")), text(f.preset))
		}
	}
	w.printf("};\n\nconst struct kube_message kube_messages[] = {\n")
	first := 0
	for _, name := range names {
		m := t.messages[name]
		atomic := 0
		if m.atomic {
			atomic = 1
		}
		w.printf("{%s,fields+%d,%d,%d},\n", literal(name), first, len(m.fields), atomic)
		first += len(m.fields)
	}
	w.printf("};\n\nconst size_t kube_message_count = array_size(kube_messages);\n\n")
	w.printf("const struct kube_kind kube_kinds[] = {\n")
	for _, kind := range t.sortedKinds() {
		w.printf("{%s,%s,%s,%d},\n", literal(kind.Group), literal(kind.Version), literal(kind.Kind),
			index[t.kinds[kind]])
	}
	w.printf("};\n\nconst size_t kube_kind_count = array_size(kube_kinds);\n")
}

var verbs = map[string]string{"get": "GET", "list": "LIST", "watch": "WATCH", "create": "CREATE",
	"update": "UPDATE", "patch": "PATCH", "delete": "DELETE",
	"deletecollection": "DELETE_COLLECTION"}

func writeResources(path, title string, t *types, rows []resource) {
	w := create(path)
	defer w.close()
	index := map[string]int{}
	for i, name := range t.messageNames() {
		index[name] = i
	}
	w.printf("/* Kubernetes resources: %s */\n#include \"emulator/model/kube_model.h\"\n\n", title)
	w.printf("const struct kube_resource kube_resources[] = {\n")
	for _, r := range rows {
		var can []string
		for _, verb := range r.api.Verbs {
			if verbs[verb] == "" {
				log.Fatalf("%s: unknown verb %q", r.api.Name, verb)
			}
			can = append(can, "VERB_"+verbs[verb])
		}
		group, version := "0", "0"
		if r.kind.GroupVersion() != r.gv {
			group, version = literal(r.kind.Group), literal(r.kind.Version)
		}
		w.printf("{%s,%s,%s,%s,%s,%s,%s,%s,%s,%t,%s,%d,%s},\n", literal(r.gv.Group),
			literal(r.gv.Version), literal(r.api.Name), literal(r.api.SingularName),
			literal(r.api.Kind), group, version, text(strings.Join(r.api.ShortNames, ",")),
			text(strings.Join(r.api.Categories, ",")), r.api.Namespaced,
			strings.Join(can, "|"), index[t.kinds[r.kind]], text(r.api.StorageVersionHash))
	}
	w.printf("};\n\nconst size_t kube_resource_count = array_size(kube_resources);\n")
}
