/*
 * What secure listeners have besides: security policy, certificates, ALPN policy, mutual
 * authentication; and the certificates for SNI.
 */
#include "emulator/aws/acm/acm.h"
#include "emulator/aws/elbv2/internal.h"

#define DEFAULT_SSL_POLICY "ELBSecurityPolicy-2016-08" /* API: CreateListener, SslPolicy */

bool listener_is_secure(const char *protocol)
{
	return str_eq(protocol, "TLS") || str_eq(protocol, "HTTPS");
}

/* ---- Certificates ---- */

/* What ARNs of certificates are like: those of ACM are of the load balancer's own region, those of
 * IAM of none. */
static const struct {
	const char *service, *resource;
	bool regional;
} sources[] = {
	{"acm", "certificate/", true},
	{"iam", "server-certificate/", false},
};

static bool check_arn(struct call *call, const char *arn, struct err *err)
{
	for (size_t i = 0; arn && i < array_size(sources); i++) {
		const char *prefix =
			arena_printf(call->arena, "arn:%s:%s:%s:", aws_partition(call->region),
				     sources[i].service, sources[i].regional ? call->region : "");
		const char *resource;

		if (!str_starts_with(arn, prefix))
			continue;
		resource = strchr(arn + strlen(prefix), ':'); /* behind the account */
		if (!resource || !str_starts_with(resource + 1, sources[i].resource))
			break;
		return true;
	}
	return aws_fail(err, AWS_ELBV2_CERTIFICATE_ARN, arn ? arn : "");
}

/* One that is there, and can be used: of ACM it must be issued. */
static bool is_usable(struct call *call, const struct json *list, struct err *err)
{
	const char *arn = json_get_str(json_first(list), "CertificateArn"), *status;
	const struct doc *doc = acm_listener_certificate(call, arn);

	if (!doc)
		return aws_fail(err, AWS_ELBV2_CERTIFICATE_NOT_FOUND, arn);
	status = doc_str(doc, "Status");
	return !status || str_eq(status, "ISSUED") ||
	       aws_fail(err, AWS_ELBV2_CERTIFICATE_UNUSABLE, arn);
}

/* Exactly one, said by its ARN alone (API: CreateListener, Certificates). */
static bool check_certificates(struct call *call, const char *protocol, const struct json *list,
			       struct err *err)
{
	const struct json *certificate = json_at(list, 0);

	if (!certificate)
		return aws_fail(err, AWS_ELBV2_CERTIFICATE_MISSING, protocol);
	if (json_size(list) > 1)
		return aws_fail(err, AWS_ELBV2_CERTIFICATE_MANY);
	if (json_get(certificate, "IsDefault"))
		return aws_fail(err, AWS_ELBV2_CERTIFICATE_DEFAULT);
	return check_arn(call, json_get_str(certificate, "CertificateArn"), err);
}

/* ---- ALPN ---- */

static bool check_alpn(const struct json *policies, const char *protocol, struct err *err)
{
	static const char *const names[] = {"HTTP1Only", "HTTP2Only", "HTTP2Optional",
					    "HTTP2Preferred", "None"};
	const char *name = json_str(json_at(policies, 0));

	if (!json_size(policies))
		return true;
	if (!str_eq(protocol, "TLS"))
		return aws_fail(err, AWS_ELBV2_ALPN_PROTOCOL, protocol);
	if (json_size(policies) > 1)
		return aws_fail(err, AWS_ELBV2_ALPN_MANY);
	for (size_t i = 0; i < array_size(names); i++) {
		if (str_eq(names[i], name))
			return true;
	}
	return aws_fail(err, AWS_ELBV2_ALPN_NOT_FOUND, name);
}

/* ---- Mutual authentication ---- */

static bool check_verify(struct call *call, const struct json *wanted, struct err *err)
{
	const char *arn = json_get_str(wanted, "TrustStoreArn");
	const struct doc *store;

	if (!arn)
		return aws_fail(err, AWS_ELBV2_MUTUAL_STORE);
	if (!trust_store_get(call, arn, &store, err))
		return false;
	return str_eq(doc_str(store, "Status"), "ACTIVE") ||
	       aws_fail(err, AWS_ELBV2_TRUST_STORE_NOT_READY, arn);
}

static bool check_mutual(struct call *call, const struct json *wanted, const char *protocol,
			 struct err *err)
{
	const char *mode = json_get_str(wanted, "Mode");

	if (!wanted)
		return true;
	if (!str_eq(protocol, "HTTPS"))
		return aws_fail(err, AWS_ELBV2_MUTUAL_PROTOCOL, protocol);
	if (str_eq(mode, "verify"))
		return check_verify(call, wanted, err);
	if (mode && !str_eq(mode, "off") && !str_eq(mode, "passthrough"))
		return aws_fail(err, AWS_ELBV2_MUTUAL_MODE, mode);
	if (json_get(wanted, "TrustStoreArn") ||
	    json_get_bool(wanted, "IgnoreClientCertificateExpiry", false) ||
	    str_eq(json_get_str(wanted, "AdvertiseTrustStoreCaNames"), "on"))
		return aws_fail(err, AWS_ELBV2_MUTUAL_SURPLUS, mode ? mode : "off");
	return true;
}

/* As AWS shows it: verify says all its members, the other modes nothing but the mode. */
static struct json *mutual(const struct json *wanted)
{
	struct json *result = json_new_object();
	const char *mode = json_get_str(wanted, "Mode"),
		   *advertise = json_get_str(wanted, "AdvertiseTrustStoreCaNames");

	json_set_str(result, "Mode", mode ? mode : "off");
	if (!str_eq(mode, "verify"))
		return result;
	json_set_str(result, "TrustStoreArn", json_get_str(wanted, "TrustStoreArn"));
	json_set_bool(result, "IgnoreClientCertificateExpiry",
		      json_get_bool(wanted, "IgnoreClientCertificateExpiry", false));
	json_set_str(result, "AdvertiseTrustStoreCaNames", advertise ? advertise : "off");
	return result;
}

/* ---- All of it ---- */

/* A listener that is not secure has none of this, and a request for one must not say it. */
static bool drop(const struct json *input, struct json *body, const char *protocol, struct err *err)
{
	static const char *const members[] = {"SslPolicy", "Certificates", "AlpnPolicy",
					      "MutualAuthentication"};

	protocol = protocol ? protocol : "GENEVE";
	if (json_size(json_get(input, "Certificates")))
		return aws_fail(err, AWS_ELBV2_CERTIFICATE_SURPLUS, protocol);
	if (json_get(input, "SslPolicy"))
		return aws_fail(err, AWS_ELBV2_SSL_POLICY_SURPLUS, protocol);
	if (json_size(json_get(input, "AlpnPolicy")))
		return aws_fail(err, AWS_ELBV2_ALPN_PROTOCOL, protocol);
	if (json_get(input, "MutualAuthentication") &&
	    !str_eq(json_find_str(input, "MutualAuthentication", "Mode", NULL), "off"))
		return aws_fail(err, AWS_ELBV2_MUTUAL_PROTOCOL, protocol);
	for (size_t i = 0; i < array_size(members); i++)
		json_remove(body, members[i]);
	return true;
}

bool listener_secure(struct call *call, const struct doc *balancer, const struct json *input,
		     struct json *body, struct err *err)
{
	const char *protocol = json_get_str(body, "Protocol");
	const char *policy = json_get_str(input, "SslPolicy");
	const struct json *certificates = json_get(input, "Certificates");

	if (!listener_is_secure(protocol))
		return drop(input, body, protocol, err);
	if (policy && !ssl_policy_check(policy, doc_str(balancer, "Type"), err))
		return false;
	if ((certificates || !json_get(body, "Certificates")) &&
	    (!check_certificates(call, protocol, certificates, err) ||
	     !is_usable(call, certificates, err)))
		return false;
	if (!check_alpn(json_get(input, "AlpnPolicy"), protocol, err) ||
	    !check_mutual(call, json_get(input, "MutualAuthentication"), protocol, err))
		return false;
	if (policy || !json_get(body, "SslPolicy"))
		json_set_str(body, "SslPolicy", policy ? policy : DEFAULT_SSL_POLICY);
	json_set_copy(body, "Certificates", certificates);
	json_set_copy(body, "AlpnPolicy", json_get(input, "AlpnPolicy"));
	if (str_eq(protocol, "TLS"))
		json_remove(body, "MutualAuthentication");
	else if (json_get(input, "MutualAuthentication") || !json_get(body, "MutualAuthentication"))
		json_set(body, "MutualAuthentication",
			 mutual(json_get(input, "MutualAuthentication")));
	if (str_eq(protocol, "HTTPS"))
		json_remove(body, "AlpnPolicy");
	return true;
}

/* ---- Certificates for SNI ---- */

static struct json *certificate_item(const char *arn, bool is_default)
{
	struct json *item = json_new_object();

	json_set_str(item, "CertificateArn", arn);
	json_set_bool(item, "IsDefault", is_default);
	return item;
}

/* The default certificate stands in the list twice when it is among those for SNI too. */
ELBV2_OP(elbv2_describe_listener_certificates)
{
	_cleanup_(json_freep) struct json *all = json_new_array();
	struct json *list = json_ensure_array(output, "Certificates");
	const struct doc *doc;
	size_t first, end;

	if (!elbv2_get_listener(call, input, &doc, err))
		return false;
	json_foreach (certificate, json_get(doc->body, "Certificates"))
		json_append(all,
			    certificate_item(json_get_str(certificate, "CertificateArn"), true));
	json_foreach (arn, json_get(doc->extra, "certificates"))
		json_append(all, certificate_item(json_str(arn), false));
	if (!page_range(call, input, output, &page_elb, json_size(all), &first, &end, err))
		return false;
	for (size_t i = first; i < end; i++)
		json_append(list, json_copy(json_at(all, i)));
	return true;
}

static struct json *find_item(struct json *list, const char *arn)
{
	struct json *item = json_first_mut(list);

	while (item && !str_eq(json_str(item), arn))
		item = json_next_mut(item);
	return item;
}

/* How many certificates a load balancer has; default ones do not count (quotas, "Certificates per
 * Application Load Balancer"). */
static size_t count_certificates(const struct world *world, const char *balancer)
{
	_cleanup_(docs_done) struct docs listeners = {0};
	size_t count = 0;

	world_lookup(world, &kind_listener, "load-balancer", balancer, &listeners);
	for (size_t i = 0; i < listeners.count; i++)
		count += json_size(json_get(listeners.items[i]->extra, "certificates"));
	return count;
}

static bool get_secure(struct call *call, const struct json *input, const struct doc **ret,
		       struct err *err)
{
	const struct json *certificates = json_get(input, "Certificates");

	if (!elbv2_get_listener(call, input, ret, err))
		return false;
	if (!listener_is_secure(doc_str(*ret, "Protocol")))
		return aws_fail(err, AWS_ELBV2_CERTIFICATE_SURPLUS, doc_str(*ret, "Protocol"));
	return check_certificates(call, doc_str(*ret, "Protocol"), certificates, err);
}

ELBV2_OP(elbv2_add_listener_certificates)
{
	_cleanup_(json_freep) struct json *extra = NULL;
	struct json *certificates;
	const struct doc *doc;
	const char *arn;

	if (!get_secure(call, input, &doc, err) ||
	    !is_usable(call, json_get(input, "Certificates"), err))
		return false;
	arn = json_get_str(json_at(json_get(input, "Certificates"), 0), "CertificateArn");
	extra = json_copy(doc->extra);
	certificates = json_ensure_array(extra, "certificates");
	if (!find_item(certificates, arn))
		json_append_str(certificates, arn);
	world_put_extra(call, doc->kind, doc->key, steal(extra));
	json_append(json_ensure_array(output, "Certificates"), certificate_item(arn, false));
	return elbv2_limit(call, ELBV2_LIMIT_CERTIFICATES,
			   count_certificates(call->world, doc_str(doc, "LoadBalancerArn")),
			   doc_str(doc, "LoadBalancerArn"), err);
}

/* One that is not there is passed over; the default one can only be replaced. */
ELBV2_OP(elbv2_remove_listener_certificates)
{
	_cleanup_(json_freep) struct json *extra = NULL;
	struct json *certificates, *item;
	const struct doc *doc;
	const char *arn;

	(void)output; /* the answer is empty */
	if (!get_secure(call, input, &doc, err))
		return false;
	arn = json_get_str(json_at(json_get(input, "Certificates"), 0), "CertificateArn");
	extra = json_copy(doc->extra);
	certificates = json_ensure_array(extra, "certificates");
	item = find_item(certificates, arn);
	if (!item &&
	    str_eq(json_get_str(json_at(json_get(doc->body, "Certificates"), 0), "CertificateArn"),
		   arn))
		return aws_fail(err, AWS_ELBV2_CERTIFICATE_IS_DEFAULT, arn);
	if (item)
		json_remove_item(certificates, item);
	world_put_extra(call, doc->kind, doc->key, steal(extra));
	return true;
}
