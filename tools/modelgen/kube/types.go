package main

import (
	"encoding/json"
	"log"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"

	admissionv1 "k8s.io/api/admission/v1"
	admissionv1beta1 "k8s.io/api/admission/v1beta1"
	apidiscoveryv2 "k8s.io/api/apidiscovery/v2"
	apidiscoveryv2beta1 "k8s.io/api/apidiscovery/v2beta1"
	imagepolicyv1alpha1 "k8s.io/api/imagepolicy/v1alpha1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

// field is a row of kube_field. Flags are the names of enum kube_field_flags without KUBE_.
type field struct {
	name     string
	number   int
	kind     string // enum kube_type without KUBE_
	flags    []string
	message  string // for MESSAGE
	mergeKey string
	listKeys []string
	preset   string // OpenAPI's default, as JSON
	applied  *property
}

type message struct {
	name   string
	fields []*field
	atomic bool // as a whole, for server-side apply
}

type types struct {
	kinds    map[schema.GroupVersionKind]string // to message names
	messages map[string]*message
}

// Types with a JSON form of their own; their protobuf form is in emulator/kube/protobuf.c.
var special = map[string]string{
	"k8s.io/apimachinery/pkg/apis/meta/v1.Time":       "TIME",
	"k8s.io/apimachinery/pkg/apis/meta/v1.MicroTime":  "MICRO_TIME",
	"k8s.io/apimachinery/pkg/apis/meta/v1.Duration":   "DURATION",
	"k8s.io/apimachinery/pkg/api/resource.Quantity":   "QUANTITY",
	"k8s.io/apimachinery/pkg/util/intstr.IntOrString": "INT_OR_STRING",
	"k8s.io/apimachinery/pkg/runtime.RawExtension":    "RAW_EXTENSION",
	"k8s.io/apimachinery/pkg/apis/meta/v1.FieldsV1":   "FIELDS_V1",
	apiextensions + "JSON":                            "JSON",
	apiextensions + "JSONSchemaPropsOrArray":          "SCHEMA_OR_ARRAY",
	apiextensions + "JSONSchemaPropsOrBool":           "SCHEMA_OR_BOOL",
	apiextensions + "JSONSchemaPropsOrStringArray":    "SCHEMA_OR_STRINGS",
}

const apiextensions = "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1."

var scalars = map[reflect.Kind]string{
	reflect.String: "STRING", reflect.Bool: "BOOL", reflect.Int32: "INT32", reflect.Int64: "INT64",
	reflect.Uint32: "UINT32", reflect.Uint64: "UINT64", reflect.Float64: "DOUBLE",
	reflect.Float32: "FLOAT",
}

var (
	marshaler   = reflect.TypeFor[json.Marshaler]()
	unmarshaler = reflect.TypeFor[interface{ Unmarshal([]byte) error }]() // protobuf's
)

func goName(t reflect.Type) string { return t.PkgPath() + "." + t.Name() }

// newTypes walks every versioned kind that client-go's clients and the API server's webhooks send.
func newTypes() *types {
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		scheme.AddToScheme, apiextensionsv1.AddToScheme, apiregistrationv1.AddToScheme,
		admissionv1.AddToScheme, admissionv1beta1.AddToScheme, apidiscoveryv2.AddToScheme,
		apidiscoveryv2beta1.AddToScheme, imagepolicyv1alpha1.AddToScheme, metav1.AddMetaToScheme,
	} {
		if err := add(s); err != nil {
			log.Fatal(err)
		}
	}
	metav1.AddToGroupVersion(s, schema.GroupVersion{Version: "v1"})
	t := &types{kinds: map[schema.GroupVersionKind]string{}, messages: map[string]*message{}}
	for gvk, goType := range s.AllKnownTypes() {
		if gvk.Version == runtime.APIVersionInternal {
			continue
		}
		t.kinds[gvk] = goName(goType)
		t.addMessage(goType)
	}
	return t
}

func (t *types) addMessage(s reflect.Type) {
	name := goName(s)
	if t.messages[name] != nil {
		return
	}
	m := &message{name: name}
	t.messages[name] = m
	if s.Kind() != reflect.Struct {
		log.Fatalf("%s is no struct", name)
	}
	for i := 0; i < s.NumField(); i++ {
		if f := t.newField(name, s.Field(i)); f != nil {
			m.fields = append(m.fields, f)
		}
	}
}

// newField gives nil for a member that neither JSON nor protobuf shows.
func (t *types) newField(where string, sf reflect.StructField) *field {
	where += "." + sf.Name
	tag, tagged := sf.Tag.Lookup("json")
	proto := strings.Split(sf.Tag.Get("protobuf"), ",")
	if tag == "-" {
		if sf.Tag.Get("protobuf") != "" && sf.Tag.Get("protobuf") != "-" {
			log.Fatalf("%s: in protobuf but not in JSON", where)
		}
		return nil
	}
	if !sf.IsExported() {
		log.Fatalf("%s: not exported", where)
	}
	options := strings.Split(tag, ",")
	f := &field{name: options[0], mergeKey: sf.Tag.Get("patchMergeKey")}
	for _, option := range options[1:] {
		switch option {
		case "omitempty":
			f.flag("OMIT_EMPTY")
		case "omitzero":
			f.flag("OMIT_ZERO")
		case "inline", "":
		default:
			log.Fatalf("%s: unknown JSON option %q", where, option)
		}
	}
	switch {
	case sf.Anonymous && f.name == "":
		f.flag("INLINE")
	case !tagged || f.name == "":
		log.Fatalf("%s: no JSON name", where)
	}
	for _, strategy := range strings.Split(sf.Tag.Get("patchStrategy"), ",") {
		switch strategy {
		case "merge":
			f.flag("PATCH_MERGE")
		case "retainKeys":
			f.flag("PATCH_RETAIN_KEYS")
		case "replace":
			f.flag("PATCH_REPLACE")
		case "":
		default:
			log.Fatalf("%s: unknown patch strategy %q", where, strategy)
		}
	}
	if len(proto) > 2 {
		var err error
		if f.number, err = strconv.Atoi(proto[1]); err != nil {
			log.Fatalf("%s: protobuf tag: %v", where, err)
		}
	} else if proto[0] != "" && proto[0] != "-" {
		log.Fatalf("%s: unknown protobuf tag %q", where, sf.Tag.Get("protobuf"))
	}
	t.classify(where, sf.Type, f)
	return f
}

func (f *field) flag(name string) { f.flags = append(f.flags, name) }

func (f *field) has(name string) bool {
	return slices.Contains(f.flags, name)
}

// classify takes the pointer, list or map off a Go type and then names the element's type.
func (t *types) classify(where string, g reflect.Type, f *field) {
	isBytes := func(g reflect.Type) bool {
		return g.Kind() == reflect.Slice && g.Elem().Kind() == reflect.Uint8
	}
	switch {
	case g.Kind() == reflect.Pointer:
		f.flag("POINTER")
		g = g.Elem()
	case isBytes(g):
	case g.Kind() == reflect.Slice:
		f.flag("REPEATED")
		if reflect.PointerTo(g).Implements(unmarshaler) {
			f.flag("WRAPPED_LIST") // a message of its own { repeated items = 1; }
		}
		g = g.Elem()
	case g.Kind() == reflect.Map:
		f.flag("MAP")
		if g.Key().Kind() != reflect.String {
			log.Fatalf("%s: map by %s", where, g.Key())
		}
		if g = g.Elem(); g.Kind() == reflect.Slice && !isBytes(g) {
			f.flag("MAP_OF_LISTS")
			if !reflect.PointerTo(g).Implements(unmarshaler) {
				log.Fatalf("%s: map of lists that are no messages", where)
			}
			g = g.Elem()
		}
	}
	kind, scalar := scalars[g.Kind()]
	own, known := special[goName(g)]
	switch {
	case known:
		f.kind = own
		if strings.HasPrefix(own, "SCHEMA_") {
			f.message = apiextensions + "JSONSchemaProps"
		}
	case g.Implements(marshaler) || reflect.PointerTo(g).Implements(marshaler):
		log.Fatalf("%s: %s has a JSON form of its own that is not known here", where, g)
	case scalar:
		f.kind = kind
	case isBytes(g):
		f.kind = "BYTES"
	case g.Kind() == reflect.Struct:
		f.kind, f.message = "MESSAGE", goName(g)
		t.addMessage(g)
	case g.Kind() == reflect.Interface && f.number == 0:
		f.kind = "JSON" // Table's cells and the like, never in protobuf
	default:
		log.Fatalf("%s: unknown type %s", where, g)
	}
}

func (t *types) messageNames() []string {
	var names []string
	for name := range t.messages {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func (t *types) sortedKinds() []schema.GroupVersionKind {
	var kinds []schema.GroupVersionKind
	for kind := range t.kinds {
		kinds = append(kinds, kind)
	}
	sort.Slice(kinds, func(i, j int) bool {
		a, b := kinds[i], kinds[j]
		if a.Group != b.Group {
			return a.Group < b.Group
		}
		if a.Version != b.Version {
			return a.Version < b.Version
		}
		return a.Kind < b.Kind
	})
	return kinds
}
