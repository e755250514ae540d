/*
 * MutatingWebhookConfiguration and ValidatingWebhookConfiguration.
 *
 * Source: kubernetes pkg/apis/admissionregistration/v1/defaults.go, validation/validation.go;
 * apiserver pkg/util/webhook/validation.go.
 */
#include "emulator/base/digest.h"
#include "emulator/base/json.h"
#include "emulator/kube/condition.h"
#include "emulator/kube/kinds/admission_rule.h"
#include "emulator/kube/kinds/kinds.h"
#include "emulator/kube/kinds/values.h"

#define TIMEOUT_DEFAULT_S 10
#define TIMEOUT_MAX_S	  30

static void default_hook(struct json *hook, bool mutating)
{
	struct json *service = json_get_mut(json_ensure_object(hook, "clientConfig"), "service");

	default_str(hook, "failurePolicy", "Fail");
	default_str(hook, "matchPolicy", "Equivalent");
	json_ensure_object(hook, "namespaceSelector");
	json_ensure_object(hook, "objectSelector");
	default_int(hook, "timeoutSeconds", TIMEOUT_DEFAULT_S);
	if (mutating)
		default_str(hook, "reinvocationPolicy", "Never");
	if (service)
		default_int(service, "port", 443);
	for (struct json *rule = json_first_mut(json_get_mut(hook, "rules")); rule;
	     rule = json_next_mut(rule))
		default_str(rule, "scope", "*");
}

static void default_all(struct json *object, bool mutating)
{
	for (struct json *hook = json_first_mut(json_get_mut(object, "webhooks")); hook;
	     hook = json_next_mut(hook))
		default_hook(hook, mutating);
}

static void default_mutating(struct kube_op *op _unused_, struct json *object)
{
	default_all(object, true);
}

static void default_validating(struct kube_op *op _unused_, struct json *object)
{
	default_all(object, false);
}

static void one_of(struct field_errors *errors, const char *path, const struct json *value,
		   const char *const *words)
{
	const char *text = json_str(value);

	for (size_t i = 0; words[i]; i++)
		if (str_eq(words[i], text))
			return;
	field_not_supported(errors, path, value, words);
}

static void check_name(struct field_errors *errors, const char *path, const struct json *hook)
{
	const char *name = json_get_str(hook, "name") ? json_get_str(hook, "name") : "";
	size_t segments = 1;

	if (!*name) {
		field_required(errors, path, "");
		return;
	}
	field_format(errors, path, name, format_dns1123_subdomain);
	for (const char *c = name; *c; c++)
		segments += *c == '.';
	if (segments < 3)
		field_invalid_str(errors, path, name,
				  "should be a domain with at least three segments separated by "
				  "dots");
}

/* webhook.ValidateWebhookURL */
static void check_url(struct field_errors *errors, const char *path, const char *url)
{
	size_t scheme = strcspn(url, ":");
	const char *rest = url + scheme;

	if (strncmp(url, "https://", 8) != 0) {
		_cleanup_(freep) char *word = xstrndup(url, *rest ? scheme : 0);

		field_invalid_str(errors, path, word,
				  "'https' is the only allowed URL scheme; desired format: "
				  "https://host[/path]");
		return;
	}
	if (!url[8] || url[8] == '/')
		field_invalid_str(errors, path, "",
				  "host must be specified; desired format: https://host[/path]");
	if (strchr(url, '#'))
		field_invalid_str(errors, path, strchr(url, '#') + 1,
				  "fragments are not permitted in the URL");
	if (strchr(url, '?'))
		field_invalid_str(errors, path, strchr(url, '?') + 1,
				  "query parameters are not permitted in the URL");
}

static void check_service(struct field_errors *errors, const char *path, const struct json *service)
{
	int64_t port = json_get_int(service, "port", 443);
	const char *name = json_get_str(service, "name"), *ns = json_get_str(service, "namespace");

	if (!name || !*name)
		field_required(errors, field_at(errors, "%s.name", path),
			       "service name is required");
	if (!ns || !*ns)
		field_required(errors, field_at(errors, "%s.namespace", path),
			       "service namespace is required");
	if (port < 1 || port > 65535)
		field_invalid(errors, field_at(errors, "%s.port", path), json_get(service, "port"),
			      "port is not valid: must be between 1 and 65535, inclusive");
}

static void check_client(struct field_errors *errors, const char *path, const struct json *hook)
{
	const struct json *config = json_get(hook, "clientConfig");
	const struct json *service = json_get(config, "service");
	const char *url = json_get_str(config, "url"),
		   *at = field_at(errors, "%s.clientConfig", path);
	const char *bundle = json_get_str(config, "caBundle");
	uint8_t *pem = NULL;
	size_t length;

	if (!url == !service)
		field_required(errors, at, "exactly one of url or service is required");
	else if (url)
		check_url(errors, field_at(errors, "%s.url", at), url);
	else
		check_service(errors, field_at(errors, "%s.service", at), service);
	if (bundle && !base64_decode(bundle, strlen(bundle), &pem, &length))
		field_invalid_str(errors, field_at(errors, "%s.caBundle", at), bundle,
				  "unable to load root certificates: unable to parse bytes as PEM "
				  "block");
	free(pem);
}

void admission_rule_check(struct field_errors *errors, const char *path, const struct json *rule)
{
	static const char *const operations[] = {"*",	   "CREATE",  "UPDATE",
						 "DELETE", "CONNECT", NULL};
	static const char *const scopes[] = {"*", "Cluster", "Namespaced", NULL};
	static const char *const required[] = {"apiGroups", "apiVersions", "resources"};
	size_t i = 0;

	if (!json_first(json_get(rule, "operations")))
		field_required(errors, field_at(errors, "%s.operations", path), "");
	json_foreach (operation, json_get(rule, "operations"))
		one_of(errors, field_at(errors, "%s.operations[%zu]", path, i++), operation,
		       operations);
	for (i = 0; i < array_size(required); i++)
		if (!json_first(json_get(rule, required[i])))
			field_required(errors, field_at(errors, "%s.%s", path, required[i]), "");
	one_of(errors, field_at(errors, "%s.scope", path), json_get(rule, "scope"), scopes);
}

static void check_versions(struct field_errors *errors, const char *path, const struct json *hook)
{
	const struct json *versions = json_get(hook, "admissionReviewVersions");

	if (!json_first(versions)) {
		field_required(errors, path, "must specify one of v1, v1beta1");
		return;
	}
	json_foreach (version, versions)
		if (str_eq(json_str(version), "v1") || str_eq(json_str(version), "v1beta1"))
			return;
	field_invalid(errors, path, versions, "must include at least one of v1, v1beta1");
}

static void check_hook(struct field_errors *errors, const char *path, const struct json *hook,
		       bool mutating)
{
	static const char *const policies[] = {"Fail", "Ignore", NULL};
	static const char *const matches[] = {"Equivalent", "Exact", NULL};
	static const char *const effects[] = {"None", "NoneOnDryRun", NULL};
	static const char *const again[] = {"IfNeeded", "Never", NULL};
	const struct json *timeout = json_get(hook, "timeoutSeconds");
	int64_t seconds = json_get_int(hook, "timeoutSeconds", TIMEOUT_DEFAULT_S);
	size_t i = 0;

	check_name(errors, field_at(errors, "%s.name", path), hook);
	json_foreach (rule, json_get(hook, "rules"))
		admission_rule_check(errors, field_at(errors, "%s.rules[%zu]", path, i++), rule);
	one_of(errors, field_at(errors, "%s.failurePolicy", path), json_get(hook, "failurePolicy"),
	       policies);
	one_of(errors, field_at(errors, "%s.matchPolicy", path), json_get(hook, "matchPolicy"),
	       matches);
	if (!json_get_str(hook, "sideEffects"))
		field_required(errors, field_at(errors, "%s.sideEffects", path),
			       "must specify one of None, NoneOnDryRun");
	else
		one_of(errors, field_at(errors, "%s.sideEffects", path),
		       json_get(hook, "sideEffects"), effects);
	if (seconds < 1 || seconds > TIMEOUT_MAX_S)
		field_invalid(errors, field_at(errors, "%s.timeoutSeconds", path), timeout,
			      "the timeout value must be between 1 and 30 seconds");
	check_client(errors, path, hook);
	check_versions(errors, field_at(errors, "%s.admissionReviewVersions", path), hook);
	if (mutating)
		one_of(errors, field_at(errors, "%s.reinvocationPolicy", path),
		       json_get(hook, "reinvocationPolicy"), again);
	/* said by begin when it is not emulated */
	if (!conditions_check(json_get(hook, "matchConditions"),
			      field_at(errors, "%s.matchConditions", path), errors, NULL))
		return;
}

static void check_all(const struct json *object, bool mutating, struct field_errors *errors)
{
	struct strs names = {};
	size_t i = 0;

	json_foreach (hook, json_get(object, "webhooks")) {
		const char *path = field_at(errors, "webhooks[%zu]", i++);
		const char *name = json_get_str(hook, "name");

		check_hook(errors, path, hook, mutating);
		if (name && strs_has(&names, name))
			field_duplicate(errors, field_at(errors, "%s.name", path),
					json_get(hook, "name"));
		else if (name)
			strs_add(&names, name);
	}
	strs_done(&names);
}

static void validate_mutating(struct kube_op *op _unused_, const struct json *object,
			      const struct json *old _unused_, struct field_errors *errors)
{
	check_all(object, true, errors);
}

static void validate_validating(struct kube_op *op _unused_, const struct json *object,
				const struct json *old _unused_, struct field_errors *errors)
{
	check_all(object, false, errors);
}

/* A condition that needs what is not emulated is no mistake of whoever wrote it. */
static bool begin(struct kube_op *op, struct json *object, const struct json *old _unused_,
		  struct err *err)
{
	struct field_errors errors = {.arena = op->arena};
	size_t i = 0;

	json_foreach (hook, json_get(object, "webhooks"))
		if (!conditions_check(json_get(hook, "matchConditions"),
				      field_at(&errors, "webhooks[%zu].matchConditions", i++),
				      &errors, err))
			return false;
	return true;
}

const struct kube_strategy strategy_mutating_webhook_configuration = {
	.group = "admissionregistration.k8s.io",
	.resource = "mutatingwebhookconfigurations",
	.flags = STRATEGY_GENERATION,
	.defaults = default_mutating,
	.begin = begin,
	.validate = validate_mutating,
};
const struct kube_strategy strategy_validating_webhook_configuration = {
	.group = "admissionregistration.k8s.io",
	.resource = "validatingwebhookconfigurations",
	.flags = STRATEGY_GENERATION,
	.defaults = default_validating,
	.begin = begin,
	.validate = validate_validating,
};
