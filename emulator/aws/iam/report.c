/* The credential report: a line for the root user and for each user. */
#include "emulator/aws/iam/credential.h"
#include "emulator/base/clock.h"
#include "emulator/base/digest.h"
#include "emulator/base/strbuf.h"

#define REPORT_MAX   (4 * 1024 * 1024)
#define KEYS	     2				/* of each sort that a line has room for */
#define VALID_MS     (4 * INT64_C(3600) * 1000) /* IAM User Guide: a new one every four hours */
#define GENERATED_MS 2000			/* in the profile aws; unverified */

/* One per account; body: {State, Content, GeneratedTime}. */
static const struct kind kind_iam_report = {.name = "iam-credential-report"};

/* Source: IAM User Guide, "Understanding the report format". */
static const char header[] =
	"user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
	"password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"
	"access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,"
	"access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
	"access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
	"cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

/* "2026-11-23T12:00:00Z" as reports write it. */
static void add_time(struct strbuf *sb, const char *time)
{
	if (time)
		strbuf_addf(sb, ",%.19s+00:00", time);
	else
		strbuf_add(sb, ",N/A");
}

static void add_password(struct call *call, const struct doc *user, struct strbuf *sb)
{
	const struct doc *profile = world_find(call->world, &kind_iam_login_profile, user->key);
	const struct doc *policy = iam_password_policy(call);
	int64_t age = policy ? json_get_int(policy->body, "MaxPasswordAge", 0) : 0, changed;
	char text[CLOCK_TEXT_MAX];

	if (!profile) {
		strbuf_add(sb, ",false,N/A,N/A,N/A");
		return;
	}
	strbuf_add(sb, ",true,no_information"); /* nobody signs in to a console here */
	add_time(sb, doc_extra_str(profile, "Changed"));
	add_time(sb, age && clock_parse(doc_extra_str(profile, "Changed"), &changed)
			     ? clock_format_seconds(changed + age * 24 * 3600 * 1000, text)
			     : NULL);
}

/* Columns of a sort of credential, `unused` behind each. */
static void add_credentials(struct call *call, const struct kind *kind, const char *date,
			    const char *unused, const struct doc *user, struct strbuf *sb)
{
	struct docs docs = {0};

	world_lookup(call->world, kind, "user", user->key, &docs);
	for (size_t i = 0; i < KEYS; i++) {
		const struct doc *doc = i < docs.count ? docs.items[i] : NULL;

		strbuf_add(sb,
			   doc && str_eq(doc_str(doc, "Status"), "Active") ? ",true" : ",false");
		add_time(sb, doc ? doc_str(doc, date) : NULL);
		strbuf_add(sb, unused);
	}
	docs_done(&docs);
}

static void add_user(struct call *call, const struct doc *user, struct strbuf *sb)
{
	bool mfa = iam_credential_count(call, &kind_iam_mfa_device, user) > 0;

	strbuf_addf(sb, "\n%s,%s", doc_str(user, "UserName"), doc_str(user, "Arn"));
	add_time(sb, doc_str(user, "CreateDate"));
	add_password(call, user, sb);
	strbuf_add(sb, mfa ? ",true" : ",false");
	add_credentials(call, &kind_iam_access_key, "CreateDate", ",N/A,N/A,N/A", user, sb);
	add_credentials(call, &kind_iam_signing_certificate, "UploadDate", "", user, sb);
}

static struct json *new_report(struct call *call)
{
	struct json *body = json_new_object();
	_cleanup_(freep) char *coded = NULL;
	struct strbuf sb;

	strbuf_init(&sb, REPORT_MAX);
	strbuf_add(&sb, header);
	strbuf_addf(&sb, "\n<root_account>,%s", aws_global_arn(call, "iam", "root"));
	add_time(&sb, iam_now(call)); /* accounts have no age here */
	strbuf_add(&sb, ",not_supported,no_information,not_supported,not_supported,false");
	strbuf_add(&sb, ",false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A");
	world_foreach (user, call->world, &kind_iam_user)
		if (doc_in_scope(call, user))
			add_user(call, user, &sb);
	coded = base64_encode(strbuf_text(&sb), sb.length);
	strbuf_done(&sb);
	json_set_str(body, "Content", coded);
	json_set_str(body, "GeneratedTime", iam_now(call));
	json_set_int(body, "Made", world_now(call->world));
	return body;
}

static int64_t age_of(struct call *call, const struct doc *report)
{
	return world_now(call->world) - json_get_int(report->body, "Made", 0);
}

static bool is_ready(struct call *call, const struct doc *report)
{
	return world_profile(call->world) != PROFILE_AWS || age_of(call, report) >= GENERATED_MS;
}

bool iam_generate_credential_report(struct call *call, const struct json *input,
				    struct json *output, struct err *err)
{
	const struct doc *report = world_find(call->world, &kind_iam_report, call->account);
	bool is_new = !report || age_of(call, report) >= VALID_MS;

	(void)input;
	(void)err;
	if (report && is_new)
		world_put(call, &kind_iam_report, call->account, new_report(call));
	else if (is_new)
		world_add(call, (struct doc_spec){.kind = &kind_iam_report,
						  .key = call->account,
						  .body = new_report(call)});
	report = world_find(call->world, &kind_iam_report, call->account);
	if (is_ready(call, report)) {
		json_set_str(output, "State", "COMPLETE");
		return true;
	}
	json_set_str(output, "State", is_new ? "STARTED" : "INPROGRESS");
	if (is_new)
		json_set_str(output, "Description",
			     "No report exists. Starting a new report generation task");
	return true;
}

bool iam_get_credential_report(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	const struct doc *report = world_find(call->world, &kind_iam_report, call->account);

	(void)input;
	if (!report)
		return aws_fail(err, AWS_IAM_REPORT_NONE);
	if (!is_ready(call, report))
		return aws_fail(err, AWS_IAM_REPORT_IN_PROGRESS);
	if (age_of(call, report) >= VALID_MS)
		return aws_fail(err, AWS_IAM_REPORT_EXPIRED);
	json_set_copy(output, "Content", json_get(report->body, "Content"));
	json_set_str(output, "ReportFormat", "text/csv");
	json_set_copy(output, "GeneratedTime", json_get(report->body, "GeneratedTime"));
	return true;
}
