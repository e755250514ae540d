#pragma once
/*
 * Sets of fields, as metadata.managedFields keeps them (FieldsV1): a tree of path elements
 * "f:name", "k:{…}" (an element of a list by its keys), "v:…" (an element of a set). An empty
 * object is a leaf;
 * "." in an object says that the element itself belongs to the set too.
 *
 * Source: sigs.k8s.io/structured-merge-diff v6 fieldpath, typed; which lists are associative is in
 * the model's marks and in a CRD's x-kubernetes-list-type.
 */
#include "emulator/kube/types.h"

struct json;

/** What is known of a value's structure. */
struct shape {
	const struct kube_message *message; /**< an object with fields; NULL */
	const struct kube_field *field;	    /**< a list, map or atomic value; NULL */
	const struct json *schema;	    /**< of a custom resource; NULL */
};

/** Of the objects of a resource. */
struct shape shape_of(const struct api_type *type);
/** Of a member of an object or map. */
struct shape shape_member(struct shape shape, const char *key);
/** Of a list's elements. */
struct shape shape_item(struct shape shape);

/** All fields of a value; new tree. */
struct json *fieldset_of(struct shape shape, const struct json *value);
/** The same with the objects and lists themselves that hold the fields ("."); new tree. */
struct json *fieldset_everything(struct shape shape, const struct json *value);
/** The fields in which two objects differ, whether changed, added or removed; of what is new or
 * gone the containers too. New tree. (structured-merge-diff v6 typed/compare.go) */
struct json *fieldset_changed(struct shape shape, const struct json *before,
			      const struct json *after);
/** Adds all of b to a. */
void fieldset_add(struct json *a, const struct json *b);
/** Takes all of b out of a. */
void fieldset_subtract(struct json *a, const struct json *b);
/** The fields that are in both; new tree. */
struct json *fieldset_common(const struct json *a, const struct json *b);
/** Calls back for each field: path like `.spec.ports[port=80,protocol="TCP"].name`. */
void fieldset_each(const struct json *set, void (*fn)(const char *path, void *userdata),
		   void *userdata);
/** Leaves out what no manager owns: apiVersion, kind and what the system has in metadata. */
void fieldset_strip(struct json *set);
/** The same set in the order in which it is written (fieldpath/serialize.go); new tree. */
struct json *fieldset_sorted(const struct json *set);

/** Merges what a manifest says into an object: lists by their keys, sets as sets, the rest
 * replaced. */
void shape_merge(struct shape shape, struct json *object, const struct json *manifest);
/** Removes the fields of a set from an object. */
void shape_remove(struct shape shape, struct json *object, const struct json *set);
