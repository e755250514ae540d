/* Which certificates there are, and what is told of each in the list. */
#include "emulator/aws/acm/acm.h"

#define SUMMARY_NAMES 100 /* ACM API, SubjectAlternativeNameSummaries */

static const struct page_style page = {
	.limit = "MaxItems",
	.token_in = "NextToken",
	.token_out = "NextToken",
	.default_limit = 1000,
	.max_limit = 1000,
	.bad_token = AWS_ACM_TOKEN,
};

/* Whether a list holds one of those wanted, each as {"Name": …}; true when none is wanted. */
static bool has_usage(const struct json *wanted, const struct json *usages)
{
	json_foreach (usage, usages)
		if (acm_has(wanted, json_get_str(usage, "Name")))
			return true;
	return !json_first(wanted);
}

static const char *key_pair_origin(const struct doc *doc)
{
	return str_eq(doc_str(doc, "Type"), "IMPORTED") ? "CUSTOMER_PROVIDED" : "AWS_MANAGED";
}

/* The filters beside key types and statuses (ACM API, ListCertificates). */
static bool is_included(const struct doc *doc, const struct json *input)
{
	const struct json *filters = json_get(input, "Includes");
	const struct json *origins = json_get(input, "CertificateKeyPairOrigins");
	const char *export = json_get_str(filters, "exportOption");
	const char *manager = json_get_str(filters, "managedBy");
	const char *held = json_find_str(doc->body, "Options", "Export", NULL);

	return (!export || str_eq(export, held ? held : "DISABLED")) &&
	       (!manager || str_eq(manager, doc_str(doc, "ManagedBy"))) &&
	       (!json_first(origins) || acm_has(origins, key_pair_origin(doc))) &&
	       has_usage(json_get(filters, "keyUsage"), json_get(doc->body, "KeyUsages")) &&
	       has_usage(json_get(filters, "extendedKeyUsage"),
			 json_get(doc->body, "ExtendedKeyUsages"));
}

/* "By default, only RSA_1024 and RSA_2048 are listed" (ACM API, ListCertificates, Includes). */
static bool is_wanted(const struct doc *doc, const struct json *input)
{
	const struct json *types = json_find(input, "Includes", "keyTypes", NULL);
	const struct json *statuses = json_get(input, "CertificateStatuses");
	const char *key = doc_str(doc, "KeyAlgorithm");

	if (json_first(statuses) && !acm_has(statuses, doc_str(doc, "Status")))
		return false;
	if (json_first(types))
		return acm_has(types, key);
	return str_eq(key, "RSA_1024") || str_eq(key, "RSA_2048");
}

static struct json *summary(struct call *call, const struct doc *doc)
{
	static const char *const members[] = {
		"CertificateArn", "DomainName",		"Status",     "Type",
		"KeyAlgorithm",	  "RenewalEligibility", "NotBefore",  "NotAfter",
		"CreatedAt",	  "IssuedAt",		"ImportedAt",
	};
	const struct json *names = json_get(doc->body, "SubjectAlternativeNames");
	struct json *item = json_new_object(), *list;
	_cleanup_(json_freep) struct json *in_use = acm_users(call, doc->key);
	size_t n = 0;

	for (size_t i = 0; i < array_size(members); i++)
		json_set_copy(item, members[i], json_get(doc->body, members[i]));
	list = json_ensure_array(item, "SubjectAlternativeNameSummaries");
	json_foreach (name, names)
		if (n++ < SUMMARY_NAMES)
			json_append_str(list, json_str(name));
	json_set_bool(item, "HasAdditionalSubjectAlternativeNames", n > SUMMARY_NAMES);
	json_set_bool(item, "InUse", json_first(in_use) != NULL);
	json_set_bool(item, "Exported", false);
	json_ensure_array(item, "KeyUsages");
	json_ensure_array(item, "ExtendedKeyUsages");
	json_set_copy(item, "ManagedBy", json_get(doc->body, "ManagedBy"));
	return item;
}

/* Source: ACM API, ListCertificates: "If you specify SortBy, you must also specify SortOrder", and
 * the other way round. */
static bool check_order(const struct json *input, bool *newest_first, struct err *err)
{
	const char *by = json_get_str(input, "SortBy"), *order = json_get_str(input, "SortOrder");

	*newest_first = str_eq(order, "DESCENDING");
	return !by == !order || aws_fail(err, AWS_ACM_SORT);
}

bool acm_list_certificates(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	struct json *list;
	bool newest_first;

	if (!check_order(input, &newest_first, err))
		return false;
	list = json_new_array();
	world_foreach (doc, call->world, &kind_acm_certificate) {
		bool wanted = is_included(doc, input);

		if (!doc_in_scope(call, doc) || !is_wanted(doc, input) || !wanted)
			continue;
		if (newest_first)
			json_insert(list, 0, summary(call, doc));
		else
			json_append(list, summary(call, doc));
	}
	return page_items(call, input, output, &page, "CertificateSummaryList", list, err);
}
