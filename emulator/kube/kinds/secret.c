/*
 * Secret and ConfigMap: data that may be made immutable, of at most 1 MiB.
 *
 * Source: kubernetes pkg/registry/core/{secret,configmap}/strategy.go,
 * pkg/apis/core/v1/conversion.go (stringData), pkg/apis/core/validation ValidateSecret,
 * ValidateConfigMap.
 */
#include "emulator/base/digest.h"
#include "emulator/base/json.h"
#include "emulator/kube/kinds/kinds.h"
#include "emulator/kube/kinds/values.h"
#include "emulator/kube/meta.h"

#define DATA_MAX (1024 * 1024) /* bytes of all values; core.MaxSecretSize */

/* stringData can only be written: it ends up in data. */
static void take_string_data(struct json *object)
{
	json_foreach (item, json_get(object, "stringData")) {
		const char *text = json_str(item) ? json_str(item) : "";
		_cleanup_(freep) char *encoded = base64_encode(text, strlen(text));

		json_set_str(json_ensure_object(object, "data"), json_key(item), encoded);
	}
	json_remove(object, "stringData");
}

static void secret_defaults(struct kube_op *op _unused_, struct json *object)
{
	take_string_data(object);
	default_str(object, "type", "Opaque");
}

/* The bytes that base64 text stands for. */
static size_t decoded_length(const char *text)
{
	size_t length = strlen(text), padding = 0;

	while (padding < length && padding < 2 && text[length - 1 - padding] == '=')
		padding++;
	return length / 4 * 3 - padding;
}

/* Bytes of all values; keys are checked on the way. */
static size_t check_map(const struct json *map, const char *path, bool base64,
			struct field_errors *errors)
{
	size_t total = 0;

	json_foreach (item, map) {
		const char *text = json_str(item) ? json_str(item) : "";

		field_format(errors, field_at(errors, "%s[%s]", path, json_key(item)),
			     json_key(item), format_config_map_key);
		total += base64 ? decoded_length(text) : strlen(text);
	}
	return total;
}

static bool has_json(const struct json *data, const char *key)
{
	const char *text = json_get_str(data, key);
	_cleanup_(freep) uint8_t *bytes = NULL;
	_cleanup_(json_freep) struct json *tree = NULL;
	size_t length;

	return base64_decode(text, strlen(text), &bytes, &length) &&
	       json_parse((const char *)bytes, length, &tree, NULL) && json_is_object(tree);
}

static void require(struct field_errors *errors, const struct json *data, const char *key)
{
	if (!json_get(data, key))
		field_required(errors, field_at(errors, "data[%s]", key), "");
}

static void check_config(const struct json *data, const char *key, struct field_errors *errors)
{
	require(errors, data, key);
	if (json_get_str(data, key) && !has_json(data, key))
		field_invalid_str(errors, field_at(errors, "data[%s]", key),
				  "<secret contents redacted>", "invalid character in JSON");
}

static void check_type(const struct json *object, struct field_errors *errors)
{
	static const char account[] = "kubernetes.io/service-account.name";
	const char *type = value_str(object, "type");
	const struct json *data = json_get(object, "data");
	const char *name = json_get_str(meta_get(object, "annotations"), account);

	if (str_eq(type, "kubernetes.io/service-account-token") && (!name || !*name))
		field_required(errors, field_at(errors, "metadata.annotations[%s]", account), "");
	if (str_eq(type, "kubernetes.io/dockercfg"))
		check_config(data, ".dockercfg", errors);
	if (str_eq(type, "kubernetes.io/dockerconfigjson"))
		check_config(data, ".dockerconfigjson", errors);
	if (str_eq(type, "kubernetes.io/basic-auth") && !json_get(data, "username") &&
	    !json_get(data, "password")) {
		require(errors, data, "username");
		require(errors, data, "password");
	}
	if (str_eq(type, "kubernetes.io/ssh-auth") && !*value_str(data, "ssh-privatekey"))
		field_required(errors, "data[ssh-privatekey]", "");
	if (str_eq(type, "kubernetes.io/tls")) {
		require(errors, data, "tls.crt");
		require(errors, data, "tls.key");
	}
}

/* What `immutable: true` forbids. */
static void check_immutable(const struct json *object, const struct json *old,
			    const char *const *members, struct field_errors *errors)
{
	static const char text[] = "field is immutable when `immutable` is set";

	if (!json_get_bool(old, "immutable", false))
		return;
	if (!json_get_bool(object, "immutable", false))
		field_forbidden(errors, "immutable", text);
	for (; *members; members++)
		if (!json_equal(json_get(object, *members), json_get(old, *members)))
			field_forbidden(errors, *members, text);
}

static void secret_validate(struct kube_op *op _unused_, const struct json *object,
			    const struct json *old, struct field_errors *errors)
{
	static const char *const members[] = {"data", NULL};

	if (old) {
		validate_immutable(errors, object, old, "type");
		check_immutable(object, old, members, errors);
	}
	if (check_map(json_get(object, "data"), "data", true, errors) > DATA_MAX)
		field_too_long(errors, "data", DATA_MAX);
	check_type(object, errors);
}

static void config_map_validate(struct kube_op *op _unused_, const struct json *object,
				const struct json *old, struct field_errors *errors)
{
	static const char *const members[] = {"data", "binaryData", NULL};
	const struct json *data = json_get(object, "data");
	const struct json *binary = json_get(object, "binaryData");
	size_t total;

	if (old)
		check_immutable(object, old, members, errors);
	total = check_map(data, "data", false, errors);
	json_foreach (item, data)
		if (json_get(binary, json_key(item)))
			field_invalid_str(errors, field_at(errors, "data[%s]", json_key(item)),
					  json_key(item), "duplicate of key present in binaryData");
	total += check_map(binary, "binaryData", true, errors);
	/* the whole object is meant: that is how an empty path prints */
	if (total > DATA_MAX)
		field_too_long(errors, "[]", DATA_MAX);
}

static const struct selectable selectable[] = {
	{"type", NULL, NULL},
	{},
};

const struct kube_strategy strategy_secret = {
	.group = "",
	.resource = "secrets",
	.selectable = selectable,
	.defaults = secret_defaults,
	.validate = secret_validate,
};

const struct kube_strategy strategy_config_map = {
	.group = "",
	.resource = "configmaps",
	.validate = config_map_validate,
};
