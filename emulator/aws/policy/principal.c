/* Who calls, and the policies that bind him. */
#include "emulator/aws/policy/authorize.h"

#include "emulator/aws/common.h"
#include "emulator/aws/iam/iam.h"
#include "emulator/aws/sts/sts.h"
#include "emulator/world/actor.h"
#include "emulator/world/tape.h"

#define SESSIONS_MAX 8 /* GetSessionToken of a session …: as deep as anybody goes */

const struct kind kind_actor_policy = {.name = "actor-policy"};

/* The document of an actor's policy, made, changed or removed. */
static void put_policy(struct world *world, const struct actor *actor, const char *document)
{
	const struct call_info info = {
		.actor = "operator", .service = "aws", .operation = "SetActorPolicy"};
	bool exists = world_find(world, &kind_actor_policy, actor->name) != NULL;
	_cleanup_(json_freep) struct json *body = json_new_object();
	struct call *call = call_begin(world, NULL, &info);

	json_set_str(body, "Actor", actor->name);
	json_set_str(body, "Policy", document);
	if (!document && exists)
		world_remove(call, &kind_actor_policy, actor->name);
	else if (exists)
		world_put(call, &kind_actor_policy, actor->name, steal(body));
	else if (document)
		world_add(call, (struct doc_spec){.kind = &kind_actor_policy,
						  .key = actor->name,
						  .body = steal(body),
						  .account = actor->account});
	call_commit(call, 200);
}

bool actor_policy_set(struct world *world, const char *actor, const char *document, struct err *err)
{
	const struct actor *known = actor_by_name(world, actor);
	_cleanup_(json_freep) struct json *what = NULL;

	if (!known)
		return err_set(err, ERR_NOT_FOUND, NULL, "there is no actor '%s'", actor);
	if (document && !policy_check(document, POLICY_OF_IDENTITY, NULL, err))
		return err_wrap(err, "policy of actor '%s'", actor);
	tape_enter(world);
	put_policy(world, known, document);
	what = json_new_object();
	json_set_str(what, "actor", actor);
	json_set_str(what, "document", document);
	tape_note(world, (struct tape_event){.type = TAPE_POLICY, .what = what});
	tape_leave(world);
	return true;
}

void policy_set_add(struct policy_set *set, const char *document, const char *id)
{
	struct json *json;

	if (!document || !json_parse(document, strlen(document), &json, NULL))
		return;
	if (set->count == set->room) {
		set->room = set->room ? 2 * set->room : 4;
		set->items = xrealloc(set->items, set->room * sizeof(*set->items));
	}
	set->items[set->count++] = (struct policy_source){json, xstrdup(document), xstrdup(id)};
}

void policy_set_done(struct policy_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		json_free(set->items[i].json);
		free(set->items[i].text);
		free(set->items[i].id);
	}
	free(set->items);
	*set = (struct policy_set){0};
}

void principal_done(struct principal *principal)
{
	policy_set_done(&principal->identity);
	policy_set_done(&principal->boundary);
	policy_set_done(&principal->session);
}

/* @name Policies of IAM */

static void add_managed(struct call *call, const char *arn, struct policy_set *set,
			struct principal *principal)
{
	const char *document = iam_managed_document(call, arn);

	if (document)
		policy_set_add(set, document, strrchr(arn, '/') + 1);
	else
		principal->unknown = arena_printf(call->arena, "the text of the policy %s", arn);
}

static void add_policies_of(struct call *call, const struct iam_owner *owner, const struct doc *doc,
			    struct principal *ret)
{
	struct docs docs = {0};

	world_lookup(call->world, owner->inline_policy, owner->index, doc->key, &docs);
	for (size_t i = 0; i < docs.count; i++)
		policy_set_add(&ret->identity, doc_str(docs.items[i], "PolicyDocument"),
			       arena_printf(call->arena, "%s_%s_%s", owner->word,
					    doc_str(doc, owner->member),
					    doc_str(docs.items[i], "PolicyName")));
	docs_done(&docs);
	world_lookup(call->world, owner->attached_policy, owner->index, doc->key, &docs);
	for (size_t i = 0; i < docs.count; i++)
		add_managed(call, doc_str(docs.items[i], "PolicyArn"), &ret->identity, ret);
	docs_done(&docs);
}

static void add_boundary(struct call *call, const struct doc *doc, struct principal *ret)
{
	const char *arn =
		json_find_str(doc->body, "PermissionsBoundary", "PermissionsBoundaryArn", NULL);

	if (!arn)
		return;
	ret->has_boundary = true;
	add_managed(call, arn, &ret->boundary, ret);
}

static void add_user(struct call *call, const struct doc *user, struct principal *ret)
{
	struct docs groups = {0};

	add_policies_of(call, &iam_user_owner, user, ret);
	world_lookup(call->world, &kind_iam_membership, "user", user->key, &groups);
	for (size_t i = 0; i < groups.count; i++) {
		const struct doc *group = world_find(call->world, &kind_iam_group,
						     doc_extra_str(groups.items[i], "Group"));

		if (group)
			add_policies_of(call, &iam_group_owner, group, ret);
	}
	docs_done(&groups);
	add_boundary(call, user, ret);
	ret->doc = user;
	ret->type = "User";
	ret->username = doc_str(user, "UserName");
	ret->userid = doc_str(user, "UserId");
	ret->names.arn = doc_str(user, "Arn");
}

static void add_role(struct call *call, const struct doc *role, struct principal *ret)
{
	add_policies_of(call, &iam_role_owner, role, ret);
	add_boundary(call, role, ret);
	ret->doc = role;
	ret->type = "AssumedRole";
	ret->names.role_arn = doc_str(role, "Arn");
}

void principal_of_doc(struct call *call, const struct doc *doc, struct principal *ret)
{
	*ret = (struct principal){.names.account = doc->account};
	if (doc->kind == &kind_iam_user)
		add_user(call, doc, ret);
	else if (doc->kind == &kind_iam_role)
		add_role(call, doc, ret);
	else
		add_policies_of(call, &iam_group_owner, doc, ret);
	if (!ret->names.arn)
		ret->names.arn = doc_str(doc, "Arn");
}

/* @name Who a key stands for */

static void bind_actor(struct call *call, struct principal *ret)
{
	const struct doc *doc = world_find(call->world, &kind_actor_policy, call->actor);

	if (doc)
		policy_set_add(&ret->identity, doc_str(doc, "Policy"), call->actor);
	else
		ret->unrestricted = true;
}

static void add_session_policies(struct call *call, const struct doc *session,
				 struct principal *ret)
{
	const struct json *documents = json_get(session->extra, "Policies");
	const struct json *arns = json_get(session->extra, "PolicyArns");

	ret->has_session = json_first(documents) || json_first(arns) ||
			   str_eq(doc_str(session, "Type"), "FederatedUser");
	json_foreach (document, documents)
		policy_set_add(&ret->session, json_str(document), "session");
	json_foreach (arn, arns)
		add_managed(call, json_str(arn), &ret->session, ret);
}

static void bind_key(struct call *call, const char *key, struct principal *ret, unsigned depth)
{
	const struct doc *session = world_find(call->world, &kind_sts_session, key);
	const struct doc *iam = world_find(call->world, &kind_iam_access_key, key), *doc;

	if (iam) {
		doc = world_find(call->world, &kind_iam_user, doc_extra_str(iam, "User"));
		if (doc)
			add_user(call, doc, ret);
		return;
	}
	if (!session) { /* one whose document is gone (a restored world) is nobody's */
		if (!str_starts_with(key, "ASIA"))
			bind_actor(call, ret);
		return;
	}
	if (str_eq(doc_str(session, "Type"), "AssumedRole")) {
		doc = world_find(call->world, &kind_iam_role, doc_extra_str(session, "Role"));
		if (doc)
			add_role(call, doc, ret);
		ret->names.arn = doc_str(session, "Arn");
	} else if (depth < SESSIONS_MAX) {
		bind_key(call, doc_extra_str(session, "Parent"), ret, depth + 1);
	}
	ret->type = doc_str(session, "Type") ? doc_str(session, "Type") : ret->type;
	ret->userid = doc_str(session, "UserId") ? doc_str(session, "UserId") : ret->userid;
	if (str_eq(ret->type, "FederatedUser")) {
		ret->names.arn = doc_str(session, "Arn");
		ret->username = NULL;
	}
	add_session_policies(call, session, ret);
	ret->sts_session = session;
}

void principal_of_call(struct call *call, struct principal *ret)
{
	bool root = str_ends_with(call->principal, ":root");

	*ret = (struct principal){
		.names = {.arn = *call->principal ? call->principal : NULL,
			  .account = call->account},
		.type = root ? "Account" : "User",
	};
	if (root) {
		ret->unrestricted = true;
		return;
	}
	bind_key(call, call->access_key, ret, 0);
	if (world_profile(call->world) == PROFILE_INSTANT &&
	    !world_find(call->world, &kind_actor_policy, call->actor))
		ret->unrestricted = true;
}

/* @name What conditions may ask */

static void add_tags(struct policy_context *context, const struct json *tags, const char *prefix)
{
	json_foreach (tag, tags) {
		const char *name = arena_printf(context->arena, "%s%s", prefix, json_key(tag));

		if (!policy_context_find(context, name))
			policy_context_add(context, name, json_str(tag));
	}
}

static void describe_session(const struct doc *session, int64_t now_ms,
			     struct policy_context *context)
{
	int64_t mfa_ms = json_get_int(session->body, "Mfa", 0);

	add_tags(context, session->tags, "aws:PrincipalTag/");
	policy_context_add(context, "aws:TokenIssueTime", doc_str(session, "IssuedAt"));
	policy_context_add(context, "aws:SourceIdentity", doc_str(session, "SourceIdentity"));
	policy_context_add(context, "aws:FederatedProvider", doc_str(session, "Provider"));
	policy_context_add(context, "aws:MultiFactorAuthPresent", mfa_ms ? "true" : "false");
	if (mfa_ms)
		policy_context_add(
			context, "aws:MultiFactorAuthAge",
			arena_printf(context->arena, "%lld", (long long)(now_ms - mfa_ms) / 1000));
}

void principal_describe(struct call *call, const struct principal *principal,
			struct policy_context *context)
{
	const char *role = principal->names.role_arn, *username = principal->username;
	const char *arn = principal->names.arn;

	if (!username && arn && strstr(arn, ":user/"))
		username = strrchr(arn, '/') + 1;
	policy_context_add(context, "aws:PrincipalArn", role ? role : arn);
	policy_context_add(context, "aws:PrincipalAccount", principal->names.account);
	policy_context_add(context, "aws:PrincipalType", principal->type);
	policy_context_add(context, "aws:PrincipalIsAWSService", "false");
	policy_context_add(context, "aws:ViaAWSService", "false");
	policy_context_add(context, "aws:userid",
			   principal->userid ? principal->userid
			   : arn	     ? sts_user_id(call, arn)
					     : NULL);
	policy_context_add(context, "aws:username", role ? NULL : username);
	if (principal->sts_session)
		describe_session(principal->sts_session, world_now(call->world), context);
	if (principal->doc)
		add_tags(context, principal->doc->tags, "aws:PrincipalTag/");
	policy_context_add(context, "aws:CurrentTime", aws_now(call));
	policy_context_add(
		context, "aws:EpochTime",
		arena_printf(context->arena, "%lld", (long long)(world_now(call->world) / 1000)));
	policy_context_add(context, "aws:RequestedRegion",
			   *call->region ? call->region : "us-east-1");
	policy_context_add(context, "ec2:Region", *call->region ? call->region : "us-east-1");
	policy_context_add(context, "aws:SecureTransport", "true");
	policy_context_add(context, "aws:SourceIp", "127.0.0.1");
	policy_context_add(context, "aws:UserAgent", *call->user_agent ? call->user_agent : NULL);
}
