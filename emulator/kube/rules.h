#pragma once
/*
 * Rules of custom resources, x-kubernetes-validations: compiled once per served version, evaluated
 * on every create and update, of the object or its status.
 *
 * Source: apiextensions-apiserver pkg/apiserver/schema/cel/{compilation,validation}.go,
 * pkg/apis/apiextensions/validation/validation.go; apiserver pkg/cel/common/equality.go.
 */
#include "emulator/kube/fields.h"

struct json;
struct rules;
struct strs;

/** The rules of a structural schema, which must live as long; NULL: it has none. Free with
 * rules_free. */
struct rules *rules_new(const struct json *schema);
void rules_free(struct rules *rules);
DEFINE_FREEP(rules, struct rules)

/**
 * Evaluates all rules.
 *
 * @param rules     NULL: nothing happens
 * @param old       NULL for a create: rules that compare with oldSelf are left out
 * @param errors    what is broken, in the words of the real server
 * @param warnings  what was broken before already, where nothing changed (ratcheting)
 */
void rules_validate(const struct rules *rules, const struct json *object, const struct json *old,
		    struct field_errors *errors, struct strs *warnings);

/**
 * Checks the rules of a definition.
 *
 * @param path    of the schema: "spec.validation.openAPIV3Schema"
 * @param err     set when a rule needs what is not emulated: ERR_UNSUPPORTED, 501
 * @return false when err is set
 */
must_check bool rules_check(const struct json *schema, const char *path,
			    struct field_errors *errors, struct err *err);

/** @name Inside of rules*.c */
/** A dotted path of a rule (".spec['a.b']") in the words of field errors (".spec.a.b"); NULL: it
 * points at nothing that the schema has. */
const char *rule_field_path(struct arena *arena, const struct json *schema, const char *path);
