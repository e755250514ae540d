package main

import (
	"log"
	"path/filepath"
	"sort"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// resource is a row of kube_resource.
type resource struct {
	gv   schema.GroupVersion
	api  metav1.APIResource
	kind schema.GroupVersionKind
}

// loadResources reads discovery as the real server answers it: the core first, then the groups in
// the order of /apis, each group's versions in the order of preference.
func loadResources(folder string, t *types) []resource {
	var groups metav1.APIGroupList
	load(filepath.Join(folder, "apis.json"), &groups)
	rows := loadGroupVersion(filepath.Join(folder, "api__v1.json"), t)
	for _, group := range groups.Groups {
		for _, version := range group.Versions {
			file := "apis__" + strings.ReplaceAll(version.GroupVersion, "/", "__") + ".json"
			rows = append(rows, loadGroupVersion(filepath.Join(folder, file), t)...)
		}
	}
	return rows
}

func loadGroupVersion(path string, t *types) []resource {
	var list metav1.APIResourceList
	var rows []resource
	load(path, &list)
	gv, err := schema.ParseGroupVersion(list.GroupVersion)
	if err != nil {
		log.Fatal(path, ": ", err)
	}
	for _, api := range list.APIResources {
		row := resource{gv: gv, api: api, kind: gv.WithKind(api.Kind)}
		if api.Version != "" {
			row.kind.Group, row.kind.Version = api.Group, api.Version
		}
		if t.kinds[row.kind] == "" {
			log.Fatalf("%s: %s has the unknown kind %s", path, api.Name, row.kind)
		}
		rows = append(rows, row)
	}
	if !sort.SliceIsSorted(rows, func(i, j int) bool { return rows[i].api.Name < rows[j].api.Name }) {
		log.Fatal(path, ": resources are not sorted by name")
	}
	return rows
}
