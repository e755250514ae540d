/*
 * Who may do what: everybody who is known may do everything (AlwaysAllow), so the reviews say.
 *
 * Source: kubernetes pkg/registry/authorization/{subjectaccessreview,selfsubjectaccessreview,
 * localsubjectaccessreview,selfsubjectrulesreview}/rest.go.
 */
#include "emulator/base/json.h"
#include "emulator/kube/kinds/kinds.h"
#include "emulator/kube/status.h"

#define GROUP "authorization.k8s.io"

static bool review(struct kube_op *op, const char *kind, struct json *body, struct json **ret,
		   struct err *err)
{
	const struct json *spec;
	struct json *status;

	if (!review_decode(op, GROUP, kind, body, err))
		return false;
	spec = json_get(body, "spec");
	if (!json_get(spec, "resourceAttributes") && !json_get(spec, "nonResourceAttributes"))
		return status_bad_request(
			err, "exactly one of nonResourceAttributes or resourceAttributes must be "
			     "specified");
	*ret = json_copy(body);
	status = json_new_object();
	json_set_bool(status, "allowed", true);
	json_set_str(status, "reason", "AlwaysAllow");
	json_set(*ret, "status", status);
	return true;
}

bool subject_access_review(struct kube_op *op, struct json *body, struct json **ret,
			   struct err *err)
{
	return review(op, "SubjectAccessReview", body, ret, err);
}

bool self_subject_access_review(struct kube_op *op, struct json *body, struct json **ret,
				struct err *err)
{
	return review(op, "SelfSubjectAccessReview", body, ret, err);
}

bool local_subject_access_review(struct kube_op *op, struct json *body, struct json **ret,
				 struct err *err)
{
	return review(op, "LocalSubjectAccessReview", body, ret, err);
}

static void add_rule(struct json *status, const char *list, const char *const *members)
{
	struct json *rule = json_new_object();

	for (; *members; members++)
		json_append_str(json_ensure_array(rule, *members), "*");
	json_append(json_ensure_array(status, list), rule);
}

bool self_subject_rules_review(struct kube_op *op, struct json *body, struct json **ret,
			       struct err *err)
{
	static const char *const resource[] = {"verbs", "apiGroups", "resources", NULL};
	static const char *const other[] = {"verbs", "nonResourceURLs", NULL};
	struct json *status;

	if (!review_decode(op, GROUP, "SelfSubjectRulesReview", body, err))
		return false;
	*ret = json_copy(body);
	status = json_new_object();
	add_rule(status, "resourceRules", resource);
	add_rule(status, "nonResourceRules", other);
	json_set_bool(status, "incomplete", false);
	json_set(*ret, "status", status);
	return true;
}
