/* Playing CloudTrail's records; see cloudtrail.h. */
#include <string.h>

#include "emulator/base/cidr.h"
#include "emulator/base/clock.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/emulator.h"
#include "runner/store/cloudtrail_inner.h"

#define TEXT_MAX (64 * 1024) /* bytes of what is told about one record */

struct player {
	struct emulator *emulator;
	struct cloudtrail *cloudtrail;
	struct cloudtrail_names *names;
	int64_t now_ms; /* of the log; 0: nothing was played */
};

/* One record on its way. */
struct play {
	const struct json *record;
	const struct aws_service_model *service;
	const struct aws_operation *operation;
	char *call;
	struct json *params; /* theirs, by the model's names */
};

const char *cloudtrail_verdict_name(enum cloudtrail_verdict verdict)
{
	static const char *const names[] = {
		[CLOUDTRAIL_SAME] = "SAME",	  [CLOUDTRAIL_DIFFERENT] = "DIFFERENT",
		[CLOUDTRAIL_UNKNOWN] = "UNKNOWN", [CLOUDTRAIL_BEFORE] = "BEFORE",
		[CLOUDTRAIL_UNTOLD] = "UNTOLD",
	};

	return names[verdict];
}

static void tell(const struct player *player, enum cloudtrail_verdict verdict,
		 const struct play *play, const char *expected, const char *found)
{
	struct cloudtrail *cloudtrail = player->cloudtrail;

	cloudtrail->count[verdict]++;
	if (cloudtrail->told)
		cloudtrail->told(verdict, play->record, play->call, expected, found,
				 cloudtrail->userdata);
}

/* "ec2.amazonaws.com" is ec2; two services share elasticloadbalancing: the version tells. */
static const struct aws_service_model *service_of(const struct json *record)
{
	const char *source = json_get_str(record, "eventSource");
	const char *version = json_get_str(record, "apiVersion");
	const char *name = json_get_str(record, "eventName");
	_cleanup_(freep) char *host = xstrndup(source, strcspn(source, "."));
	const struct aws_service_model *best = NULL;

	for (size_t i = 0; i < aws_model_count; i++) {
		const struct aws_service_model *service = aws_models[i];
		bool known = aws_model_operation(service, name) != NULL;

		if (!str_eq(service->endpoint_prefix, host))
			continue;
		if (version && str_eq(service->api_version, version))
			return service;
		if (!best || (known && !version))
			best = service;
	}
	return best;
}

/* A code without what CloudTrail puts around it: "Client.InvalidVpcID.NotFound",
 * "LoadBalancerNotFoundException" (the exception's name); new text. */
static char *plain_code(const char *code)
{
	size_t length;

	if (str_starts_with(code, "Client.") || str_starts_with(code, "Server."))
		code += strlen("Client.");
	length = strlen(code);
	if (str_ends_with(code, "Exception"))
		length -= strlen("Exception");
	return xstrndup(code, length);
}

/* What says nothing about how the operation behaves. */
static const char *why_untold(const struct json *record)
{
	static const char *const codes[] = {
		"AccessDenied",	      "UnauthorizedOperation", "RequestLimitExceeded",
		"Throttling",	      "ThrottledException",    "Throttled",
		"RequestExpired",     "ExpiredToken",	       "InvalidClientTokenId",
		"AuthFailure",	      "InternalError",	       "Unavailable",
		"ServiceUnavailable", "InternalFailure",
	};
	const char *type = json_get_str(record, "eventType");
	const char *code = json_get_str(record, "errorCode");
	_cleanup_(freep) char *plain = code ? plain_code(code) : NULL;

	if (type && !str_eq(type, "AwsApiCall"))
		return "it is no call of an API";
	for (size_t i = 0; plain && i < array_size(codes); i++)
		if (str_eq(plain, codes[i]))
			return "the log does not tell the policies, the load and the credentials "
			       "that led to it";
	return NULL;
}

static void learn_account(struct player *player, const struct json *record)
{
	const char *account = json_get_str(record, "recipientAccountId");

	if (!account)
		account = json_find_str(record, "userIdentity", "accountId", NULL);
	if (account && strlen(account) == 12 && !str_eq(account, AWS_ACCOUNT))
		cloudtrail_names_add(player->names, account, AWS_ACCOUNT);
}

/* As much time passes as passed then. */
static void pass_time(struct player *player, const struct json *record)
{
	int64_t ms;

	if (!clock_parse(json_get_str(record, "eventTime"), &ms))
		return;
	if (player->now_ms && ms > player->now_ms) {
		emulated_clock_advance(world_clock(player->emulator->world), ms - player->now_ms);
		world_fire_timers(player->emulator->world);
	}
	player->now_ms = ms;
}

/* Whether the emulator can be asked; tells why not. */
static bool can_ask(struct player *player, struct play *play)
{
	_cleanup_(strs_done) struct strs unknown = {0};
	_cleanup_(freep) char *why = NULL;
	const char *untold = why_untold(play->record);

	if (untold) {
		tell(player, CLOUDTRAIL_UNTOLD, play, "", untold);
		return false;
	}
	if (!play->service)
		why = xstrdup("this program has no such service");
	else if (!play->operation ||
		 !aws_operation_is_built(play->service->name, play->operation->name))
		why = xstrdup("this program does not have the operation");
	if (!why && play->operation->input >= 0) {
		play->params = cloudtrail_read(
			play->service, &play->service->shapes[play->operation->input],
			json_get(play->record, "requestParameters"), &unknown);
		if (unknown.count)
			why = xasprintf("the operation has no parameter \"%s\"", unknown.items[0]);
	}
	if (why)
		tell(player, CLOUDTRAIL_UNKNOWN, play, "", why);
	return !why;
}

static char *lines(const struct strs *strs)
{
	struct strbuf sb;

	strbuf_init(&sb, TEXT_MAX);
	for (size_t i = 0; i < strs->count; i++)
		strbuf_addf(&sb, "%s%s", i ? "\n" : "", strs->items[i]);
	return strbuf_steal(&sb);
}

/* Both accepted it. */
static void judge_answers(struct player *player, const struct play *play, const struct json *output)
{
	_cleanup_(strs_done) struct strs expected = {0}, found = {0}, unknown = {0};
	_cleanup_(freep) char *a = NULL, *b = NULL;
	_cleanup_(json_freep) struct json *theirs = NULL;
	const struct json *elements = json_get(play->record, "responseElements");

	if (play->operation->output >= 0 && json_is_object(elements)) {
		const struct aws_shape *shape = &play->service->shapes[play->operation->output];

		/* what the model does not know, no client of AWS gets to see */
		theirs = cloudtrail_read(play->service, shape, elements, &unknown);
		cloudtrail_compare(player->names, play->service, shape, theirs, output, &expected,
				   &found);
	}
	a = lines(&expected);
	b = lines(&found);
	tell(player, expected.count ? CLOUDTRAIL_DIFFERENT : CLOUDTRAIL_SAME, play,
	     expected.count ? a : "OK", expected.count ? b : "OK");
}

/* At least one of both refused it. */
static void judge_refusal(struct player *player, const struct play *play, const struct err *err)
{
	const char *code = json_get_str(play->record, "errorCode");
	const char *text = json_get_str(play->record, "errorMessage");
	const char *stranger = code ? NULL : cloudtrail_names_stranger(player->names, play->params);
	_cleanup_(freep) char *plain = code ? plain_code(code) : NULL;
	_cleanup_(freep) char *our_plain = err->wire ? plain_code(err->wire) : NULL;
	_cleanup_(freep) char *mapped = text ? cloudtrail_names_text(player->names, text) : NULL;
	_cleanup_(freep) char *expected = NULL, *found = NULL;
	bool same = code && str_eq(plain, our_plain) && (!text || str_eq(mapped, err_text(err)));

	expected = !code ? xstrdup("OK") : text ? xasprintf("%s: %s", code, mapped) : xstrdup(code);
	found = !err->code
			? xstrdup("OK")
			: xasprintf("%s: %s", err->wire ? err->wire : "(no code)", err_text(err));
	if (stranger && err->wire &&
	    (strstr(err->wire, "NotFound") || strstr(err->wire, "NoSuchEntity") ||
	     strstr(err_text(err), stranger))) {
		free(found);
		found = xasprintf("%s was there before the log begins", stranger);
		tell(player, CLOUDTRAIL_BEFORE, play, expected, found);
		return;
	}
	tell(player, same ? CLOUDTRAIL_SAME : CLOUDTRAIL_DIFFERENT, play, expected, found);
}

/* A VPC's IPv6 block is told late: by the first part of it that somebody asks for. */
static void learn_block(struct player *player, const struct json *params)
{
	const struct world *world = player->emulator->world;
	const char *part = json_get_str(params, "Ipv6CidrBlock");
	const char *vpc_id = json_get_str(params, "VpcId");
	const char *subnet_id = json_get_str(params, "SubnetId");
	const struct kind *vpcs = world_kind_named(world, "vpc");
	const struct kind *subnets = world_kind_named(world, "subnet");
	_cleanup_(freep) char *mapped = NULL;
	const struct doc *subnet, *vpc;
	char text[CIDR_TEXT_MAX];
	struct cidr theirs, ours;

	if (!part || (!vpc_id && !subnet_id) || !vpcs || !cidr_parse(part, &theirs))
		return;
	mapped = cloudtrail_names_text(player->names, vpc_id ? vpc_id : subnet_id);
	if (!vpc_id) {
		subnet = subnets ? world_find(world, subnets, mapped) : NULL;
		vpc_id = subnet ? doc_str(subnet, "VpcId") : NULL;
	} else {
		vpc_id = mapped;
	}
	vpc = vpc_id ? world_find(world, vpcs, vpc_id) : NULL;
	part = vpc ? json_get_str(json_first(json_get(vpc->body, "Ipv6CidrBlockAssociationSet")),
				  "Ipv6CidrBlock")
		   : NULL;
	if (!part || !cidr_parse(part, &ours) || ours.prefix > theirs.prefix)
		return;
	theirs.prefix = ours.prefix;
	theirs = cidr_canonical(&theirs);
	cloudtrail_names_move(player->names, cidr_format(&theirs, text), part);
}

static void ask(struct player *player, const struct play *play)
{
	_cleanup_(json_freep) struct json *params = NULL;
	_cleanup_(json_freep) struct json *output = NULL;
	_cleanup_(err_done) struct err err = ERR_INIT;
	const char *region = json_get_str(play->record, "awsRegion");
	bool ok;

	learn_block(player, play->params);
	params = play->params ? cloudtrail_names_tree(player->names, play->params) : NULL;
	ok = aws_invoke(player->emulator->aws, "operator", AWS_ACCOUNT,
			region ? region : "us-east-1", play->service->name, play->operation->name,
			params, NULL, &output, &err);

	if (ok && !json_get_str(play->record, "errorCode"))
		judge_answers(player, play, output);
	else
		judge_refusal(player, play, &err);
}

static void play_one(struct player *player, const struct json *record)
{
	struct play play = {.record = record, .service = service_of(record)};
	const char *name = json_get_str(record, "eventName"),
		   *source = json_get_str(record, "eventSource");
	/* some services put the API's version behind: Lambda's, CloudFront's */
	_cleanup_(freep) char *operation = xstrndup(name, strcspn(name, "0123456789"));

	if (play.service) {
		play.operation = aws_model_operation(play.service, name);
		if (!play.operation)
			play.operation = aws_model_operation(play.service, operation);
	}
	play.call = xasprintf("%.*s:%s",
			      play.service ? (int)strlen(play.service->name)
					   : (int)strcspn(source, "."),
			      play.service ? play.service->name : source, name);
	pass_time(player, record);
	learn_account(player, record);
	if (can_ask(player, &play))
		ask(player, &play);
	free(play.call);
	json_free(play.params);
}

struct place {
	const struct json *record;
	size_t number;
};

/* CloudTrail's times have all the same form, in UTC; equal ones stay as they were told. */
static int by_time(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order =
		strcmp(json_get_str(x->record, "eventTime"), json_get_str(y->record, "eventTime"));

	return order ? order : x->number < y->number ? -1 : 1;
}

/* Logs come in files of some minutes whose records are in no order. */
static void sort(struct json *records)
{
	size_t count = json_size(records), n = 0;
	_cleanup_(freep) struct place *places = xcalloc(count + 1, sizeof(*places));
	struct json *sorted = json_new_array();

	json_foreach (item, records) {
		places[n] = (struct place){item, n};
		n++;
	}
	qsort(places, count, sizeof(*places), by_time);
	for (size_t i = 0; i < count; i++)
		json_append(sorted, json_copy(places[i].record));
	json_assign(records, sorted);
}

void cloudtrail_play(struct emulator *emulator, struct json *records, struct cloudtrail *cloudtrail)
{
	struct player player = {
		.emulator = emulator, .cloudtrail = cloudtrail, .names = cloudtrail_names_new()};

	sort(records);
	json_foreach (record, records)
		play_one(&player, record);
	cloudtrail_names_free(player.names);
}
