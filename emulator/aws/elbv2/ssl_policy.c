/* Security policies: which protocols and ciphers a secure listener speaks. AWS's own, for all. */
#include "emulator/aws/elbv2/internal.h"

enum cipher_group {
	TLS13 = 1 << 0,
	CHACHA = 1 << 1,
	GCM = 1 << 2,
	CBC = 1 << 3,
	SHA = 1 << 4,
	RSA = 1 << 5,
	RSA_SHA = 1 << 6,
	DES = 1 << 7,
	CNSA13 = 1 << 8, /* what RFC 9151 allows: TLS 1.3, 1.2, and 1.2 without forward secrecy */
	CNSA12 = 1 << 9,
	CNSA_RSA = 1 << 10,
};

struct cipher {
	unsigned group;
	const char *name; /* NULL: the end */
};

static const struct cipher ciphers[] = {
#define CIPHER(group, name) {group, name},
#include "emulator/aws/elbv2/ssl_ciphers.tbl"
#undef CIPHER
	{0, NULL},
};

static const struct cipher cnsa_ciphers[] = {
#define CIPHER(group, name) {group, name},
#include "emulator/aws/elbv2/ssl_ciphers_cnsa.tbl"
#undef CIPHER
	{0, NULL},
};

static const struct ssl_policy {
	const char *name;
	unsigned oldest, newest; /* TLS 1.0 is 10 */
	unsigned groups;
	bool network_only;
	const struct cipher *ciphers; /* among which the groups are */
} policies[] = {
#define SSL_POLICY(name, oldest, newest, groups, network_only)                                     \
	{name, oldest, newest, groups, network_only, ciphers},
#define SSL_POLICY_CNSA(name, oldest, newest, groups)                                              \
	{name, oldest, newest, groups, false, cnsa_ciphers},
#include "emulator/aws/elbv2/ssl_policies.tbl"
#undef SSL_POLICY
#undef SSL_POLICY_CNSA
};

static bool serves(const struct ssl_policy *policy, const char *type)
{
	if (str_eq(type, "gateway"))
		return false;
	return !type || !policy->network_only || str_eq(type, "network");
}

static const struct ssl_policy *find(const char *name)
{
	for (size_t i = 0; i < array_size(policies); i++) {
		if (str_eq(policies[i].name, name))
			return &policies[i];
	}
	return NULL;
}

bool ssl_policy_check(const char *name, const char *type, struct err *err)
{
	const struct ssl_policy *policy = find(name);

	return (policy && serves(policy, type)) ||
	       aws_fail(err, AWS_ELBV2_SSL_POLICY_NOT_FOUND, name);
}

static struct json *item(const struct ssl_policy *policy)
{
	static const char *const protocols[] = {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"};
	struct json *result = json_new_object(), *list = json_ensure_array(result, "SslProtocols");
	int64_t priority = 0;

	for (unsigned version = policy->oldest; version <= policy->newest; version++)
		json_append_str(list, protocols[version - 10]);
	list = json_ensure_array(result, "Ciphers");
	for (const struct cipher *row = policy->ciphers; row->name; row++) {
		struct json *cipher;

		if (!(row->group & policy->groups))
			continue;
		cipher = json_new_object();
		json_set_str(cipher, "Name", row->name);
		json_set_int(cipher, "Priority", ++priority);
		json_append(list, cipher);
	}
	json_set_str(result, "Name", policy->name);
	list = json_ensure_array(result, "SupportedLoadBalancerTypes");
	if (!policy->network_only)
		json_append_str(list, "application");
	json_append_str(list, "network");
	return result;
}

/* Those that are named, or all for a type of load balancer; in the table's order. */
static bool is_wanted(const struct ssl_policy *policy, const struct json *names, const char *type)
{
	json_foreach (name, names) {
		if (str_eq(json_str(name), policy->name))
			return serves(policy, type);
	}
	return !json_size(names) && serves(policy, type);
}

ELBV2_OP(elbv2_describe_ssl_policies)
{
	const struct json *names = json_get(input, "Names");
	const char *type = json_get_str(input, "LoadBalancerType");
	struct json *list = json_ensure_array(output, "SslPolicies");
	const struct ssl_policy *wanted[array_size(policies)];
	size_t count = 0, first, end;

	json_foreach (name, names) {
		if (!ssl_policy_check(json_str(name), type, err))
			return false;
	}
	for (size_t i = 0; i < array_size(policies); i++) {
		if (is_wanted(&policies[i], names, type))
			wanted[count++] = &policies[i];
	}
	if (!page_range(call, input, output, &page_elb, count, &first, &end, err))
		return false;
	for (size_t i = first; i < end; i++)
		json_append(list, item(wanted[i]));
	return true;
}
