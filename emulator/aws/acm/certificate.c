/* Certificates. Document kind: acm-certificate, shape: ACM CertificateDetail. */
#include <ctype.h>

#include "emulator/aws/acm/acm.h"
#include "emulator/aws/route53/route53.h"
#include "emulator/base/certificate.h"
#include "emulator/base/digest.h"
#include "emulator/base/ids.h"
#include "emulator/base/strbuf.h"

#define VALIDATION_MS 30000		   /* ours: "usually within minutes", ACM User Guide */
#define TIMED_OUT_MS  (72 * 3600 * 1000LL) /* ACM User Guide, "DNS validation" */
#define VALID_MS      (395LL * 24 * 3600 * 1000) /* 13 months, ACM User Guide */

static void validate(struct call *call, const struct doc *doc, const char *timer);

const struct kind kind_acm_certificate = {
	.name = "acm-certificate",
	.shape = "acm:CertificateDetail",
	.timer = validate,
};

/* @name Validation */

static const char *time_text(struct call *call, int64_t ms)
{
	char text[CLOCK_TEXT_MAX];

	return arena_strdup(call->arena, clock_format_seconds(ms, text));
}

/* A record that only who has the domain can make: the same for a name in an account. */
static void add_validation(struct call *call, struct json *list, const char *domain,
			   const char *method, bool done)
{
	const char *bare = str_starts_with(domain, "*.") ? domain + 2 : domain;
	struct json *item = json_new_object(), *record;
	char name[33], value[33], zone[11];

	ids_hex(world_seed(call->world), "acm-name", call->account, bare, 0, 32, name);
	ids_hex(world_seed(call->world), "acm-value", call->account, bare, 0, 32, value);
	ids_text(world_seed(call->world), "acm-zone", call->account, bare, 0,
		 "abcdefghijklmnopqrstuvwxyz", 10, zone);
	json_set_str(item, "DomainName", domain);
	json_set_str(item, "ValidationDomain", domain);
	if (str_eq(method, "EMAIL")) /* no mailbox is ever asked; the list is there, as recorded */
		json_ensure_array(item, "ValidationEmails");
	json_set_str(item, "ValidationStatus", done ? "SUCCESS" : "PENDING_VALIDATION");
	json_set_str(item, "ValidationMethod", method);
	if (str_eq(method, "DNS")) {
		record = json_ensure_object(item, "ResourceRecord");
		json_setf(record, "Name", "_%s.%s.", name, bare);
		json_set_str(record, "Type", "CNAME");
		json_setf(record, "Value", "_%s.%s.acm-validations.aws.", value, zone);
	}
	json_append(list, item);
}

static void issue(struct call *call, struct json *body, const char *arn)
{
	int64_t now = world_now(call->world);
	struct json *list = json_get_mut(body, "DomainValidationOptions");
	char serial[33];
	struct strbuf sb;

	for (struct json *item = json_first_mut(list); item; item = json_next_mut(item))
		json_set_str(item, "ValidationStatus", "SUCCESS");
	ids_hex(world_seed(call->world), "acm-serial", "", arn, 0, 32, serial);
	strbuf_init(&sb, 64);
	for (unsigned i = 0; i < 32; i += 2)
		strbuf_addf(&sb, "%s%.2s", i ? ":" : "", serial + i);
	json_set_str(body, "Serial", strbuf_text(&sb));
	strbuf_done(&sb);
	json_set_str(body, "Status", "ISSUED");
	json_set_str(body, "IssuedAt", time_text(call, now));
	json_set_str(body, "NotBefore", time_text(call, now));
	json_set_str(body, "NotAfter", time_text(call, now + VALID_MS));
	json_set_str(body, "RenewalEligibility", "INELIGIBLE"); /* until it is in use */
}

static bool is_proven(struct call *call, const struct json *body)
{
	json_foreach (item, json_get(body, "DomainValidationOptions"))
		if (!route53_has_record(
			    call->world, json_find_str(item, "ResourceRecord", "Name", NULL),
			    "CNAME", json_find_str(item, "ResourceRecord", "Value", NULL)))
			return false;
	return true;
}

static void validate(struct call *call, const struct doc *doc, const char *timer)
{
	struct json *body;

	(void)timer;
	if (!str_eq(doc_str(doc, "Status"), "PENDING_VALIDATION"))
		return;
	if (is_proven(call, doc->body)) {
		body = json_copy(doc->body);
		issue(call, body, doc->key);
		world_put(call, &kind_acm_certificate, doc->key, body);
	} else if (world_now(call->world) - doc->created_ms >= TIMED_OUT_MS) {
		body = json_copy(doc->body);
		json_set_str(body, "Status", "VALIDATION_TIMED_OUT");
		world_put(call, &kind_acm_certificate, doc->key, body);
	} else {
		world_set_timer(call, &kind_acm_certificate, doc->key, "validate",
				world_now(call->world) + VALIDATION_MS);
	}
}

/* @name Requesting */

/* Letters, digits, hyphens, dots; "*." in front at most; two labels at least. */
static bool is_domain(const char *text)
{
	const char *bare = str_starts_with(text, "*.") ? text + 2 : text;

	if (!strchr(bare, '.') || *bare == '.' || bare[strlen(bare) - 1] == '.')
		return false;
	for (const char *p = bare; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '-' && *p != '.' && *p != '_')
			return false;
	return true;
}

bool acm_has(const struct json *list, const char *text)
{
	json_foreach (item, list)
		if (str_eq(json_str(item), text))
			return true;
	return false;
}

/* The domain name first, then the alternatives, each once. */
static bool read_names(const struct json *input, struct json *list, struct err *err)
{
	const char *domain = json_get_str(input, "DomainName");

	if (!is_domain(domain))
		return aws_fail(err, AWS_ACM_DOMAIN, domain);
	json_append_str(list, domain);
	json_foreach (name, json_get(input, "SubjectAlternativeNames")) {
		if (!is_domain(json_str(name)))
			return aws_fail(err, AWS_ACM_DOMAIN, json_str(name));
		if (!acm_has(list, json_str(name)))
			json_append_str(list, json_str(name));
	}
	return true;
}

/* Honours an id that a fixture says; one that is taken is left to the opener of the call. */
static const char *new_arn(struct call *call, const char *name)
{
	const char *arn =
		call->fixed_id ? aws_arn(call, "acm", "certificate/%s", call->fixed_id) : NULL;
	char id[37];

	if (arn && !world_find(call->world, &kind_acm_certificate, arn)) {
		call->fixed_id = NULL;
		return arn;
	}
	ids_uuid(world_seed(call->world), "acm-certificate", call->actor, name, call->number, id);
	return aws_arn(call, "acm", "certificate/%s", id);
}

static struct json *new_body(struct call *call, const struct json *input, const char *arn)
{
	const char *key = json_get_str(input, "KeyAlgorithm"), *export;
	const char *transparency =
		json_find_str(input, "Options", "CertificateTransparencyLoggingPreference", NULL);
	struct json *body = json_new_object();

	json_set_str(body, "CertificateArn", arn);
	json_set_copy(body, "DomainName", json_get(input, "DomainName"));
	json_setf(body, "Subject", "CN=%s", json_get_str(input, "DomainName"));
	json_set_str(body, "Issuer", "Amazon");
	json_set_str(body, "CreatedAt", time_text(call, world_now(call->world)));
	json_set_str(body, "Status", "PENDING_VALIDATION");
	json_set_str(body, "KeyAlgorithm", key ? key : "RSA_2048");
	json_set_str(body, "SignatureAlgorithm", "SHA256WITHRSA");
	json_ensure_array(body, "InUseBy");
	json_set_str(body, "Type", "AMAZON_ISSUED");
	json_ensure_array(body, "KeyUsages");
	json_ensure_array(body, "ExtendedKeyUsages");
	json_set_str(body, "RenewalEligibility", "INELIGIBLE");
	json_set_str(json_ensure_object(body, "Options"),
		     "CertificateTransparencyLoggingPreference",
		     transparency ? transparency : "ENABLED");
	export = json_find_str(input, "Options", "Export", NULL);
	json_set_str(json_ensure_object(body, "Options"), "Export", export ? export : "DISABLED");
	json_set_copy(body, "ManagedBy", json_get(input, "ManagedBy"));
	json_ensure_array(body, "DomainValidationOptions");
	return body;
}

/* The domain whose mailboxes are asked about a name. Source: ACM API, DomainValidationOption: the
 * name itself or a superdomain of it. */
static bool set_validation_domain(const struct json *input, struct json *item, struct err *err)
{
	const char *name = json_get_str(item, "DomainName");

	json_foreach (option, json_get(input, "DomainValidationOptions")) {
		const char *domain = json_get_str(option, "ValidationDomain");

		if (!str_eq(json_get_str(option, "DomainName"), name))
			continue;
		if (!str_ends_with(name, domain))
			return aws_fail(err, AWS_ACM_VALIDATION_DOMAIN, domain, name);
		json_set_str(item, "ValidationDomain", domain);
	}
	return true;
}

/* The certificate that an earlier request with this token made; asked for the same again within an
 * hour, ACM answers with it. */
static const struct doc *made_before(struct call *call, const struct json *input)
{
	const char *token = json_get_str(input, "IdempotencyToken");

	world_foreach (doc, call->world, &kind_acm_certificate)
		if (token && doc_in_scope(call, doc) &&
		    str_eq(doc_extra_str(doc, "Token"), token) &&
		    str_eq(doc_str(doc, "DomainName"), json_get_str(input, "DomainName")) &&
		    world_now(call->world) - doc->created_ms < 3600 * 1000LL)
			return doc;
	return NULL;
}

bool acm_request_certificate(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	const char *method = json_get_str(input, "ValidationMethod"), *arn;
	const char *other = json_find_str(input, "Options", "ValidationMethod", NULL);
	bool instant = world_profile(call->world) == PROFILE_INSTANT;
	_cleanup_(json_freep) struct json *names = json_new_array();
	const struct doc *before = made_before(call, input);
	_cleanup_(json_freep) struct json *body = NULL, *tags = NULL;
	struct json *extra;

	if (before) {
		json_set_str(output, "CertificateArn", before->key);
		return true;
	}
	if (method && other && !str_eq(method, other))
		return aws_fail(err, AWS_ACM_METHODS, method, other);
	method = method ? method : other;
	if (json_get(input, "CertificateAuthorityArn"))
		return aws_fail(err, AWS_ACM_PRIVATE);
	if (!read_names(input, names, err) ||
	    !tags_from_list(TAGS_ACM, json_get(input, "Tags"), &tags, err))
		return false;
	arn = new_arn(call, json_get_str(input, "DomainName"));
	body = new_body(call, input, arn);
	json_foreach (name, names)
		add_validation(call, json_get_mut(body, "DomainValidationOptions"), json_str(name),
			       method ? method : "EMAIL", false);
	for (struct json *item = json_first_mut(json_get_mut(body, "DomainValidationOptions"));
	     item; item = json_next_mut(item))
		if (!set_validation_domain(input, item, err))
			return false;
	json_set(body, "SubjectAlternativeNames", steal(names));
	if (instant)
		issue(call, body, arn);
	extra = json_new_object();
	json_set_copy(extra, "Token", json_get(input, "IdempotencyToken"));
	world_add(call, (struct doc_spec){.kind = &kind_acm_certificate,
					  .key = arn,
					  .body = steal(body),
					  .tags = steal(tags),
					  .extra = extra});
	if (!instant && str_eq(method, "DNS"))
		world_set_timer(call, &kind_acm_certificate, arn, "validate",
				world_now(call->world) + VALIDATION_MS);
	json_set_str(output, "CertificateArn", arn);
	return true;
}

/* @name Importing */

static char *blob_text(const struct json *input, const char *member)
{
	const char *text = json_get_str(input, member);
	uint8_t *bytes;
	size_t length;

	if (!text || !base64_decode(text, strlen(text), &bytes, &length))
		return NULL;
	return (char *)bytes; /* with a NUL behind it */
}

static struct json *imported_body(struct call *call, const struct certificate *certificate,
				  const char *arn)
{
	struct json *body = json_new_object(), *names;
	_cleanup_(freep) char *key = xstrdup(certificate->key_algorithm);

	for (char *p = key; *p; p++)
		*p = *p == '-' ? '_' : *p;
	json_set_str(body, "CertificateArn", arn);
	json_set_str(body, "DomainName",
		     certificate->common_name	? certificate->common_name
		     : certificate->names.count ? certificate->names.items[0]
						: "");
	names = json_ensure_array(body, "SubjectAlternativeNames");
	for (size_t i = 0; i < certificate->names.count; i++)
		json_append_str(names, certificate->names.items[i]);
	if (!certificate->names.count)
		json_append_str(names, json_get_str(body, "DomainName"));
	json_set_str(body, "Serial", certificate->serial);
	json_set_str(body, "Subject", certificate->subject);
	json_set_str(body, "Issuer",
		     certificate->issuer_name ? certificate->issuer_name : certificate->issuer);
	json_set_str(body, "CreatedAt", time_text(call, world_now(call->world)));
	json_set_str(body, "ImportedAt", time_text(call, world_now(call->world)));
	json_set_str(body, "Status",
		     certificate->not_after_ms < clock_real_ms() ? "EXPIRED" : "ISSUED");
	json_set_str(body, "NotBefore", time_text(call, certificate->not_before_ms));
	json_set_str(body, "NotAfter", time_text(call, certificate->not_after_ms));
	json_set_str(body, "KeyAlgorithm", key);
	json_set_str(body, "SignatureAlgorithm", certificate->signature);
	json_ensure_array(body, "InUseBy");
	json_set_str(body, "Type", "IMPORTED");
	json_ensure_array(body, "KeyUsages");
	json_ensure_array(body, "ExtendedKeyUsages");
	json_set_str(body, "RenewalEligibility", "INELIGIBLE");
	json_set_str(json_ensure_object(body, "Options"),
		     "CertificateTransparencyLoggingPreference", "DISABLED");
	json_set_str(json_ensure_object(body, "Options"), "Export", "DISABLED");
	return body;
}

const struct doc *acm_certificate(struct call *call, const char *arn, struct err *err)
{
	const struct doc *doc = find_in_scope(call, &kind_acm_certificate, arn);

	if (doc)
		return doc;
	if (!strstr(arn, ":certificate/"))
		aws_fail(err, AWS_ACM_ARN, arn);
	else
		aws_fail(err, AWS_ACM_NOT_FOUND, arn);
	return NULL;
}

static const struct doc *find(struct call *call, const struct json *input, struct err *err)
{
	return acm_certificate(call, json_get_str(input, "CertificateArn"), err);
}

static void put_imported(struct call *call, const char *arn, const struct doc *old,
			 struct json *body, struct json *tags, struct json *extra)
{
	if (old)
		world_put_all(call, &kind_acm_certificate, arn, body, NULL, extra);
	else
		world_add(call, (struct doc_spec){.kind = &kind_acm_certificate,
						  .key = arn,
						  .body = body,
						  .tags = tags,
						  .extra = extra});
}

bool acm_import_certificate(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	_cleanup_(freep) char *pem = blob_text(input, "Certificate");
	_cleanup_(freep) char *key = blob_text(input, "PrivateKey");
	_cleanup_(freep) char *chain = blob_text(input, "CertificateChain");
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct doc *old = NULL;
	struct certificate certificate;
	struct json *extra;
	const char *arn;

	if (json_get(input, "CertificateArn") && !(old = find(call, input, err)))
		return false;
	if (!tags_from_list(TAGS_ACM, json_get(input, "Tags"), &tags, err))
		return false;
	if (!certificate_parse(pem, &certificate))
		return aws_fail(err, AWS_ACM_CERTIFICATE);
	if (!certificate_has_key(pem, key)) {
		certificate_done(&certificate);
		return aws_fail(err, AWS_ACM_KEY);
	}
	arn = old ? old->key : new_arn(call, certificate.serial);
	extra = json_new_object();
	json_set_str(extra, "Certificate", pem);
	json_set_str(extra, "CertificateChain", chain);
	put_imported(call, arn, old, imported_body(call, &certificate, arn),
		     old ? NULL : steal(tags), extra);
	certificate_done(&certificate);
	json_set_str(output, "CertificateArn", arn);
	return true;
}

/* @name Who uses it */

struct json *acm_users(const struct call *call, const char *arn)
{
	static const char *const kinds[] = {"listener", "listener-certificate"};
	struct json *list = json_new_array();

	for (size_t i = 0; i < array_size(kinds); i++) {
		const struct kind *kind = world_kind_named(call->world, kinds[i]);

		if (!kind)
			continue;
		world_foreach (doc, call->world, kind) {
			const char *lb = doc_str(doc, "LoadBalancerArn");
			bool uses = str_eq(doc_str(doc, "CertificateArn"), arn);

			json_foreach (item, json_get(doc->body, "Certificates"))
				uses = uses || str_eq(json_get_str(item, "CertificateArn"), arn);
			json_foreach (item, json_get(doc->extra, "Certificates"))
				uses = uses || str_eq(json_get_str(item, "CertificateArn"), arn);
			if (uses && lb && !acm_has(list, lb))
				json_append_str(list, lb);
		}
	}
	return list;
}

bool acm_describe_certificate(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const struct doc *doc = find(call, input, err);
	struct json *body;

	if (!doc)
		return false;
	body = json_copy(doc->body);
	json_set(body, "InUseBy", acm_users(call, doc->key));
	if (json_first(json_get(body, "InUseBy")) &&
	    str_eq(json_get_str(body, "Type"), "AMAZON_ISSUED"))
		json_set_str(body, "RenewalEligibility", "ELIGIBLE");
	json_set(output, "Certificate", body);
	return true;
}

bool acm_get_certificate(struct call *call, const struct json *input, struct json *output,
			 struct err *err)
{
	const struct doc *doc = find(call, input, err);

	if (!doc)
		return false;
	if (!str_eq(doc_str(doc, "Status"), "ISSUED"))
		return aws_fail(err, AWS_ACM_IN_PROGRESS, doc->key);
	if (!doc_extra_str(doc, "Certificate"))
		return err_set(
			err, ERR_UNSUPPORTED, "NotImplemented",
			"skyrig issues no real certificates: only the bytes of imported ones "
			"can be read");
	json_set_str(output, "Certificate", doc_extra_str(doc, "Certificate"));
	json_set_str(output, "CertificateChain", doc_extra_str(doc, "CertificateChain"));
	return true;
}

bool acm_delete_certificate(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	const struct doc *doc = find(call, input, err);
	_cleanup_(json_freep) struct json *list = NULL;

	(void)output;
	if (!doc)
		return false;
	list = acm_users(call, doc->key);
	if (json_first(list))
		return aws_fail(err, AWS_ACM_IN_USE, doc->key, call->account);
	world_remove(call, &kind_acm_certificate, doc->key);
	return true;
}

bool acm_update_certificate_options(struct call *call, const struct json *input,
				    struct json *output, struct err *err)
{
	const struct doc *doc = find(call, input, err);
	struct json *body, *options;

	(void)output;
	if (!doc)
		return false;
	body = json_copy(doc->body);
	options = json_ensure_object(body, "Options");
	json_foreach (option, json_get(input, "Options"))
		json_set_copy(options, json_key(option), option);
	world_put(call, &kind_acm_certificate, doc->key, body);
	return true;
}

/* @name Tags */

bool acm_add_tags_to_certificate(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const struct doc *doc = find(call, input, err);

	(void)output;
	return doc && tags_put(TAGS_ACM, call, doc, json_get(input, "Tags"), err);
}

bool acm_list_tags_for_certificate(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	const struct doc *doc = find(call, input, err);

	if (!doc)
		return false;
	json_set(output, "Tags", tags_to_list(doc->tags));
	return true;
}

/* A tag with a value goes only if it has that value (ACM API). */
bool acm_remove_tags_from_certificate(struct call *call, const struct json *input,
				      struct json *output, struct err *err)
{
	const struct doc *doc = find(call, input, err);
	struct json *tags;

	(void)output;
	if (!doc)
		return false;
	tags = json_copy(doc->tags);
	json_foreach (tag, json_get(input, "Tags")) {
		const char *key = json_get_str(tag, "Key"), *value = json_get_str(tag, "Value");

		if (!value || str_eq(doc_tag(doc, key), value))
			json_remove(tags, key);
	}
	world_put_tags(call, &kind_acm_certificate, doc->key, tags);
	return true;
}
