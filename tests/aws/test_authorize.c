/*
 * Whether a caller may: refusals in each service's words, and nothing changed; who is bound by
 * what; and the load balancer controller under exactly the policy that it publishes.
 */
#include "tests/aws/run.h"

#include <dirent.h>
#include <stdio.h>

#include "emulator/aws/policy/authorize.h"
#include "tests/aws/api.h"
#include "tests/aws/wire.h"
#include "tests/lib/go_module.h"

#define LBC	       "load-balancer-controller"
#define LBC_ARN	       "arn:aws:iam::123456789012:user/load-balancer-controller"
#define CLUSTER	       "elbv2.k8s.aws/cluster"
#define LINE_MAX_BYTES (8 * 1024 * 1024)
#define POLICY(...)    "{\"Version\":\"2012-10-17\",\"Statement\":[" __VA_ARGS__ "]}"
#define ALLOW(action)  "{\"Effect\":\"Allow\",\"Action\":\"" action "\",\"Resource\":\"*\"}"
#define DENY(action)   "{\"Effect\":\"Deny\",\"Action\":\"" action "\",\"Resource\":\"*\"}"

static struct world *world;
static struct aws *aws;

static void setup(void)
{
	world = wire_world(PROFILE_AWS);
	actor_add(world, &(struct actor){.name = LBC, .account = TEST_ACCOUNT, .arn = LBC_ARN});
	aws = aws_new(world);
	aws_check_replies(aws, true);
}

static void teardown(void)
{
	aws_free(aws);
	world_free(world);
}

static void bind(const char *document)
{
	struct err err = ERR_INIT;

	ck_assert_msg(aws_set_actor_policy(aws, LBC, document, &err), "%s", err_text(&err));
}

/* As the controller; the output, to be freed, or NULL with err set. */
static struct json *as_lbc(const char *service, const char *operation, const char *params,
			   struct err *err)
{
	_cleanup_(json_freep) struct json *input = test_json(params);
	struct json *output = NULL;

	if (!aws_invoke(aws, LBC, TEST_ACCOUNT, TEST_REGION, service, operation, input, NULL,
			&output, err))
		return NULL;
	return output ? output : json_new_object();
}

static void allowed(const char *service, const char *operation, const char *params)
{
	struct err err = ERR_INIT;
	struct json *output = as_lbc(service, operation, params, &err);

	ck_assert_msg(output != NULL, "%s:%s %s: %s %s", service, operation, params, err.wire,
		      err_text(&err));
	json_free(output);
}

static void refused(const char *service, const char *operation, const char *params,
		    const char *code, int status, const char *text)
{
	uint64_t before;
	struct err err = ERR_INIT;

	json_free(as_lbc(service, operation, params, NULL)); /* a region's defaults are there */
	before = world_revision(world);
	ck_assert_msg(!as_lbc(service, operation, params, &err), "%s:%s %s was not refused",
		      service, operation, params);
	ck_assert_msg(str_eq(err.wire, code), "%s %s", err.wire, err_text(&err));
	ck_assert_int_eq(err.status, status);
	ck_assert_msg(strstr(err_text(&err), text), "%s", err_text(&err));
	ck_assert_uint_eq(world_revision(world), before);
	err_done(&err);
}

START_TEST(an_actor_has_full_rights_until_it_gets_a_policy_and_again_without)
{
	allowed("ec2", "CreateVpc", "{'CidrBlock':'10.0.0.0/16'}");
	bind(POLICY(ALLOW("ec2:Describe*")));
	allowed("ec2", "DescribeVpcs", "{}");
	refused("ec2", "CreateVpc", "{'CidrBlock':'10.1.0.0/16'}", "UnauthorizedOperation", 403,
		"You are not authorized to perform this operation. User: " LBC_ARN
		" is not authorized to perform: ec2:CreateVpc on resource: arn:aws:ec2:eu-west-1:"
		"123456789012:vpc/* because no identity-based policy allows the ec2:CreateVpc "
		"action. Encoded authorization failure message: ");
	bind(NULL);
	allowed("ec2", "CreateVpc", "{'CidrBlock':'10.1.0.0/16'}");
}
END_TEST

START_TEST(an_unknown_actor_and_a_broken_policy_are_refused)
{
	struct err err = ERR_INIT;

	ck_assert(!aws_set_actor_policy(aws, "nobody", POLICY(ALLOW("*")), &err));
	ck_assert_str_eq(err_text(&err), "there is no actor 'nobody'");
	err_done(&err);
	ck_assert(!aws_set_actor_policy(aws, LBC, "{}", &err));
	ck_assert_str_eq(err_text(&err),
			 "policy of actor 'load-balancer-controller': Syntax errors in policy.");
	err_done(&err);
	allowed("ec2", "DescribeVpcs", "{}");
}
END_TEST

START_TEST(each_service_refuses_in_its_own_words)
{
	bind(POLICY(ALLOW("sts:*")));
	refused("ec2", "DescribeVpcs", "{}", "UnauthorizedOperation", 403,
		"is not authorized to perform: ec2:DescribeVpcs because no identity-based policy "
		"allows the ec2:DescribeVpcs action");
	refused("elbv2", "DescribeLoadBalancers", "{}", "AccessDenied", 403,
		"User: " LBC_ARN " is not authorized to perform: "
		"elasticloadbalancing:DescribeLoadBalancers because no identity-based policy "
		"allows the elasticloadbalancing:DescribeLoadBalancers action");
	refused("elbv2", "CreateTargetGroup",
		"{'Name':'tg','Protocol':'TCP','Port':80,'VpcId':'vpc-1'}", "AccessDenied", 403,
		"User: " LBC_ARN " is not authorized to perform: "
		"elasticloadbalancing:CreateTargetGroup on resource: arn:aws:elasticloadbalancing:"
		"eu-west-1:123456789012:targetgroup/tg/* because no identity-based policy allows "
		"the elasticloadbalancing:CreateTargetGroup action");
	refused("elbv2", "CreateLoadBalancer", "{'Name':'lb','Type':'network'}", "AccessDenied",
		403, "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/lb/*");
	refused("elb", "DescribeLoadBalancers", "{}", "AccessDenied", 403,
		"elasticloadbalancing:DescribeLoadBalancers");
	refused("iam", "GetRole", "{'RoleName':'r'}", "AccessDenied", 403,
		"is not authorized to perform: iam:GetRole on resource: "
		"arn:aws:iam::123456789012:role/r because");
	refused("shield", "GetSubscriptionState", "{}", "AccessDeniedException", 400,
		"shield:GetSubscriptionState");
}
END_TEST

START_TEST(an_explicit_deny_is_said_to_be_one)
{
	bind(POLICY(ALLOW("*") "," DENY("ec2:CreateVpc")));
	refused("ec2", "CreateVpc", "{'CidrBlock':'10.0.0.0/16'}", "UnauthorizedOperation", 403,
		"with an explicit deny in an identity-based policy");
	allowed("ec2", "DescribeVpcs", "{}");
}
END_TEST

START_TEST(a_dry_run_says_whether_the_caller_may)
{
	bind(POLICY(ALLOW("ec2:CreateVpc")));
	refused("ec2", "CreateVpc", "{'CidrBlock':'10.0.0.0/16','DryRun':true}", "DryRunOperation",
		412, "would have succeeded");
	refused("ec2", "CreateInternetGateway", "{'DryRun':true}", "UnauthorizedOperation", 403,
		"internet-gateway/*");
}
END_TEST

START_TEST(what_is_not_modelled_is_refused_aloud_and_counted)
{
	bind(POLICY("{\"Effect\":\"Allow\",\"Action\":\"ec2:*\",\"Resource\":\"*\",\"Condition\":"
		    "{\"StringEquals\":{\"ec2:Tenancy\":\"default\"}}}"));
	refused("ec2", "CreateVpc", "{'CidrBlock':'10.0.0.0/16'}", "NotImplemented", 501,
		"the condition key 'ec2:Tenancy'");
	ck_assert_uint_gt(aws_missing_operations(aws, NULL), 0);
}
END_TEST

START_TEST(tags_within_a_create_need_a_permission_of_their_own)
{
	const char *params = "{'CidrBlock':'10.0.0.0/16','TagSpecifications':[{'ResourceType':"
			     "'vpc','Tags':[{'Key':'env','Value':'test'}]}]}";

	bind(POLICY(ALLOW("ec2:CreateVpc")));
	refused("ec2", "CreateVpc", params, "UnauthorizedOperation", 403, "ec2:CreateTags");
	bind(POLICY(ALLOW("ec2:CreateVpc") ",{\"Effect\":\"Allow\",\"Action\":\"ec2:CreateTags\","
					   "\"Resource\":\"*\",\"Condition\":{\"StringEquals\":"
					   "{\"ec2:CreateAction\":\"CreateVpc\","
					   "\"aws:RequestTag/env\":\"test\"}}}"));
	allowed("ec2", "CreateVpc", params);
}
END_TEST

START_TEST(tags_of_a_resource_decide)
{
	_cleanup_(json_freep) struct json *mine =
		api(aws, "ec2", "CreateVpc",
		    "{'CidrBlock':'10.0.0.0/16','TagSpecifications':[{'ResourceType':'vpc','Tags':"
		    "[{'Key':'" CLUSTER "','Value':'a'}]}]}");
	_cleanup_(json_freep) struct json *other =
		api(aws, "ec2", "CreateVpc", "{'CidrBlock':'10.1.0.0/16'}");
	_cleanup_(freep) char *delete_mine =
		xasprintf("{'VpcId':'%s'}", json_find_str(mine, "Vpc", "VpcId", NULL));
	_cleanup_(freep) char *delete_other =
		xasprintf("{'VpcId':'%s'}", json_find_str(other, "Vpc", "VpcId", NULL));

	bind(POLICY("{\"Effect\":\"Allow\",\"Action\":\"ec2:*\",\"Resource\":\"*\",\"Condition\":"
		    "{\"Null\":{\"aws:ResourceTag/" CLUSTER "\":\"false\"}}}"));
	refused("ec2", "DeleteVpc", delete_other, "UnauthorizedOperation", 403, "vpc/vpc-");
	allowed("ec2", "DeleteVpc", delete_mine);
}
END_TEST

START_TEST(an_encoded_message_is_decoded_again)
{
	_cleanup_(json_freep) struct json *output = NULL, *message = NULL;
	_cleanup_(freep) char *params = NULL;
	struct err err = ERR_INIT;
	const char *text, *decoded;

	bind(POLICY(ALLOW("sts:*")));
	ck_assert(!as_lbc("ec2", "CreateVpc", "{'CidrBlock':'10.0.0.0/16'}", &err));
	text = strstr(err_text(&err), "message: ");
	params = xasprintf("{'EncodedMessage':'%s'}", text + strlen("message: "));
	err_done(&err);
	output = as_lbc("sts", "DecodeAuthorizationMessage", params, &err);
	ck_assert_msg(output != NULL, "%s", err_text(&err));
	decoded = json_get_str(output, "DecodedMessage");
	ck_assert(json_parse(decoded, strlen(decoded), &message, NULL));
	ck_assert(!json_get_bool(message, "allowed", true));
	ck_assert_str_eq(json_find_str(message, "context", "action", NULL), "ec2:CreateVpc");
	ck_assert_str_eq(json_find_str(message, "context", "principal", "arn", NULL), LBC_ARN);
	refused("sts", "DecodeAuthorizationMessage", "{'EncodedMessage':'made up by somebody'}",
		"InvalidAuthorizationMessageException", 400, "Message is not valid");
}
END_TEST

START_TEST(handing_on_a_role_needs_pass_role)
{
	const char *trust = "{'RoleName':'nodes','AssumeRolePolicyDocument':'{\\\"Statement\\\":"
			    "{\\\"Effect\\\":\\\"Allow\\\",\\\"Principal\\\":{\\\"Service\\\":"
			    "\\\"ec2.amazonaws.com\\\"},\\\"Action\\\":\\\"sts:AssumeRole\\\"}}'}";
	const char *both = "{'InstanceProfileName':'nodes','RoleName':'nodes'}";

	api_done(aws, "iam", "CreateRole", trust);
	api_done(aws, "iam", "CreateInstanceProfile", "{'InstanceProfileName':'nodes'}");
	bind(POLICY(ALLOW("iam:AddRoleToInstanceProfile")));
	refused("iam", "AddRoleToInstanceProfile", both, "AccessDenied", 403,
		"iam:PassRole on resource: arn:aws:iam::123456789012:role/nodes because");
	bind(POLICY(ALLOW("iam:AddRoleToInstanceProfile") "," ALLOW("iam:PassRole")));
	allowed("iam", "AddRoleToInstanceProfile", both);
}
END_TEST

/* @name Keys of IAM and STS */

static bool may(const char *access_key, const char *arn, const char *service, const char *operation,
		struct err *err)
{
	const struct call_info info = {.actor = "alice",
				       .account = TEST_ACCOUNT,
				       .region = TEST_REGION,
				       .service = service,
				       .operation = operation,
				       .principal = arn,
				       .access_key = access_key};
	_cleanup_(json_freep) struct json *input = json_new_object();
	struct call *call = call_begin(world, NULL, &info);
	bool ok = authorize(call, aws_model_find(service), operation, input, err);

	call_abandon(call);
	return ok;
}

#define DOCUMENT(action)                                                                           \
	"{\\\"Statement\\\":{\\\"Effect\\\":\\\"Allow\\\",\\\"Action\\\":\\\"" action              \
	"\\\",\\\"Resource\\\":\\\"*\\\"}}"
#define ALICE "arn:aws:iam::123456789012:user/alice"

START_TEST(a_users_key_is_bound_by_user_groups_and_boundary)
{
	_cleanup_(json_freep) struct json *key = NULL;
	_cleanup_(freep) char *inactive = NULL;
	struct err err = ERR_INIT;
	const char *id;

	api_done(aws, "iam", "CreateUser", "{'UserName':'alice'}");
	key = api(aws, "iam", "CreateAccessKey", "{'UserName':'alice'}");
	id = json_find_str(key, "AccessKey", "AccessKeyId", NULL);
	ck_assert(!may(id, ALICE, "ec2", "DescribeVpcs", &err));
	ck_assert_str_eq(err.wire, "UnauthorizedOperation");
	err_done(&err);
	api_done(aws, "iam", "PutUserPolicy",
		 "{'UserName':'alice','PolicyName':'p','PolicyDocument':'" DOCUMENT("ec2:*") "'}");
	ck_assert(may(id, ALICE, "ec2", "DescribeVpcs", NULL));
	ck_assert(!may(id, ALICE, "elbv2", "DescribeLoadBalancers", NULL));
	api_done(aws, "iam", "CreateGroup", "{'GroupName':'g'}");
	api_done(aws, "iam", "PutGroupPolicy",
		 "{'GroupName':'g','PolicyName':'p','PolicyDocument':'" DOCUMENT(
			 "elasticloadbalancing:*") "'}");
	api_done(aws, "iam", "AddUserToGroup", "{'GroupName':'g','UserName':'alice'}");
	ck_assert(may(id, ALICE, "elbv2", "DescribeLoadBalancers", NULL));
	api_done(
		aws, "iam", "CreatePolicy",
		"{'PolicyName':'limit','PolicyDocument':'" DOCUMENT("elasticloadbalancing:*") "'}");
	api_done(aws, "iam", "PutUserPermissionsBoundary",
		 "{'UserName':'alice','PermissionsBoundary':'arn:aws:iam::123456789012:policy/"
		 "limit'}");
	ck_assert(may(id, ALICE, "elbv2", "DescribeLoadBalancers", NULL));
	ck_assert(!may(id, ALICE, "ec2", "DescribeVpcs", &err));
	ck_assert_msg(strstr(err_text(&err), "because no permissions boundary allows the "
					     "ec2:DescribeVpcs action"),
		      "%s", err_text(&err));
	err_done(&err);
	inactive = xasprintf("{'UserName':'alice','AccessKeyId':'%s','Status':'Inactive'}", id);
	api_done(aws, "iam", "UpdateAccessKey", inactive);
	ck_assert_ptr_null(actor_by_access_key(world, id));
}
END_TEST

START_TEST(a_session_is_bound_by_its_role_and_its_own_policy)
{
	_cleanup_(json_freep) struct json *session = NULL;
	struct err err = ERR_INIT;
	const char *id, *arn;

	api_done(aws, "iam", "CreateRole",
		 "{'RoleName':'r','AssumeRolePolicyDocument':'{\\\"Statement\\\":{\\\"Effect\\\":"
		 "\\\"Allow\\\",\\\"Principal\\\":{\\\"AWS\\\":\\\"123456789012\\\"},\\\"Action"
		 "\\\":\\\"sts:AssumeRole\\\"}}'}");
	api_done(aws, "iam", "AttachRolePolicy",
		 "{'RoleName':'r','PolicyArn':'arn:aws:iam::aws:policy/AdministratorAccess'}");
	session = api(aws, "sts", "AssumeRole",
		      "{'RoleArn':'arn:aws:iam::123456789012:role/r','RoleSessionName':'me',"
		      "'Policy':'" DOCUMENT("ec2:Describe*") "'}");
	id = json_find_str(session, "Credentials", "AccessKeyId", NULL);
	arn = json_find_str(session, "AssumedRoleUser", "Arn", NULL);
	ck_assert(may(id, arn, "ec2", "DescribeVpcs", NULL));
	ck_assert(!may(id, arn, "elbv2", "DescribeLoadBalancers", &err));
	ck_assert_msg(strstr(err_text(&err),
			     "User: arn:aws:sts::123456789012:assumed-role/r/me is not authorized "
			     "to perform: elasticloadbalancing:DescribeLoadBalancers because no "
			     "session policy allows"),
		      "%s", err_text(&err));
	err_done(&err);
}
END_TEST

START_TEST(a_policy_of_aws_whose_text_is_not_known_is_said_aloud)
{
	_cleanup_(json_freep) struct json *key = NULL;
	struct err err = ERR_INIT;
	const char *id;

	api_done(aws, "iam", "CreateUser", "{'UserName':'alice'}");
	api_done(aws, "iam", "AttachUserPolicy",
		 "{'UserName':'alice','PolicyArn':'arn:aws:iam::aws:policy/AWSXRayFullAccess'}");
	key = api(aws, "iam", "CreateAccessKey", "{'UserName':'alice'}");
	id = json_find_str(key, "AccessKey", "AccessKeyId", NULL);
	ck_assert(!may(id, ALICE, "ec2", "DescribeVpcs", &err));
	ck_assert_str_eq(err.wire, "NotImplemented");
	ck_assert_msg(strstr(err_text(&err), "AWSXRayFullAccess"), "%s", err_text(&err));
	err_done(&err);
}
END_TEST

START_TEST(a_session_whose_document_is_gone_may_do_nothing)
{
	struct err err = ERR_INIT;

	ck_assert(!may("ASIANOBODYNOBODY0000", ALICE, "ec2", "DescribeVpcs", &err));
	ck_assert_str_eq(err.wire, "UnauthorizedOperation");
	err_done(&err);
}
END_TEST

START_TEST(the_instant_profile_binds_keys_of_iam_by_nothing)
{
	_cleanup_(json_freep) struct json *key = NULL;

	teardown();
	world = wire_world(PROFILE_INSTANT);
	aws = aws_new(world);
	api_done(aws, "iam", "CreateUser", "{'UserName':'alice'}");
	key = api(aws, "iam", "CreateAccessKey", "{'UserName':'alice'}");
	ck_assert(may(json_find_str(key, "AccessKey", "AccessKeyId", NULL), ALICE, "ec2",
		      "DescribeVpcs", NULL));
}
END_TEST

/* @name The load balancer controller's own policy */

static char *published_policy(void)
{
	_cleanup_(freep) char *folder =
		go_module_folder("sigs.k8s.io/aws-load-balancer-controller@v0.0.0-20260505182222-"
				 "46816a2070db/docs/install");
	_cleanup_(freep) char *path = folder ? xasprintf("%s/iam_policy.json", folder) : NULL;
	FILE *stream = path ? fopen(path, "r") : NULL;
	struct strbuf sb;
	char chunk[4096];
	size_t n;

	if (!stream)
		return NULL;
	strbuf_init(&sb, LINE_MAX_BYTES);
	while ((n = fread(chunk, 1, sizeof(chunk), stream)) > 0)
		strbuf_add_bytes(&sb, chunk, n);
	fclose(stream);
	return strbuf_steal(&sb);
}

static const struct kind kind_recorded = {.name = "recorded"};

/* What a recorded request names, exists, and is of the controller's cluster: it had made it, or
 * its user had tagged it. */
static void make_named(struct call *call, const struct json *value)
{
	const char *text = json_str(value);
	struct json *tags;

	json_foreach (item, value)
		make_named(call, item);
	if (!text || (!str_starts_with(text, "arn:") && !strchr(text, '-')) ||
	    world_find(world, &kind_recorded, text))
		return;
	tags = json_new_object();
	json_set_str(tags, CLUSTER, "recorded");
	world_add(call, (struct doc_spec){.kind = &kind_recorded,
					  .key = text,
					  .body = json_new_object(),
					  .tags = tags});
}

/* The recorded request as the controller's call; whether its policy allows it. */
static void check_recorded(const char *file, const struct json *record)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct header headers[64] = {{NULL, NULL}};
	struct job job = {.aws = aws,
			  .request = {.arena = arena,
				      .method = json_get_str(record, "method"),
				      .path = json_get_str(record, "path"),
				      .query = "",
				      .headers = headers}};
	struct err err = ERR_INIT;
	struct call *call;
	size_t n = 0;

	job.request.body = wire_recorded_body(arena, record);
	job.request.body_length = strlen(job.request.body);
	json_foreach (header, json_get(record, "req_headers")) {
		headers[n++] = (struct header){json_key(header), json_str(header)};
		if (strstr(json_key(header), "Authorization"))
			headers[n - 1].value =
				arena_printf(arena, "%s, Signature=00", json_str(header));
	}
	ck_assert(job_prepare(&job));
	call = call_begin(world, NULL,
			  &(struct call_info){.actor = LBC,
					      .account = TEST_ACCOUNT,
					      .region = job.region,
					      .service = job.route.service->name,
					      .operation = job.route.operation->name,
					      .principal = LBC_ARN});
	make_named(call, job.params);
	ck_assert_msg(
		authorize(call, job.route.service, job.route.operation->name, job.params, &err),
		"%s: %s", file, err_text(&err));
	call_commit(call, 200);
	job_done(&job);
}

static unsigned check_file(const char *folder, const char *name)
{
	_cleanup_(freep) char *path = xasprintf("%s/%s", folder, name);
	_cleanup_(freep) char *line = NULL;
	FILE *stream = fopen(path, "r");
	unsigned count = 0;
	size_t room = 0;
	ssize_t length;

	ck_assert_ptr_nonnull(stream);
	while ((length = getline(&line, &room, stream)) > 0) {
		_cleanup_(json_freep) struct json *record = NULL;

		ck_assert(json_parse(line, (size_t)length, &record, NULL));
		check_recorded(name, record);
		count++;
	}
	fclose(stream);
	return count;
}

START_TEST(the_controllers_published_policy_allows_all_that_it_was_recorded_to_call)
{
	const char *source = getenv("SKYRIG_SOURCE");
	_cleanup_(freep) char *policy = published_policy();
	_cleanup_(freep) char *folder =
		xasprintf("%s/../shared/data/recorded", source ? source : ".");
	DIR *dir = opendir(folder);
	unsigned count = 0;
	struct dirent *entry;

	if (!dir || !policy) {
		printf("# SKIPPED the controller's policy: no %s\n",
		       dir ? "module of the controller" : "../shared");
		if (dir)
			closedir(dir);
		return;
	}
	teardown();
	world = wire_world(PROFILE_INSTANT);
	actor_add(world, &(struct actor){.name = LBC, .account = TEST_ACCOUNT, .arn = LBC_ARN});
	aws = aws_new(world);
	bind(policy);
	while ((entry = readdir(dir)))
		if (str_starts_with(entry->d_name, "v33-") &&
		    str_ends_with(entry->d_name, "-aws.jsonl"))
			count += check_file(folder, entry->d_name);
	closedir(dir);
	printf("# %u recorded requests of the controller allowed by its policy\n", count);
	ck_assert_uint_gt(count, 100);
}
END_TEST

START_TEST(the_controllers_published_policy_forbids_what_is_not_its_own)
{
	_cleanup_(freep) char *policy = published_policy();

	if (!policy) {
		printf("# SKIPPED the controller's policy: no module of the controller\n");
		return;
	}
	bind(policy);
	refused("elbv2", "CreateTargetGroup",
		"{'Name':'tg','Protocol':'TCP','Port':80,'VpcId':'vpc-1'}", "AccessDenied", 403,
		"elasticloadbalancing:CreateTargetGroup"); /* without the cluster's tag */
	refused("ec2", "CreateTags",
		"{'Resources':['subnet-00000000000000001'],'Tags':[{'Key':'a','Value':'b'}]}",
		"UnauthorizedOperation", 403, "ec2:CreateTags");
	refused("ec2", "CreateVpc", "{'CidrBlock':'10.0.0.0/16'}", "UnauthorizedOperation", 403,
		"ec2:CreateVpc");
	refused("elbv2", "DeleteLoadBalancer",
		"{'LoadBalancerArn':'arn:aws:elasticloadbalancing:eu-west-1:123456789012:"
		"loadbalancer/net/other/0123456789abcdef'}",
		"AccessDenied", 403, "elasticloadbalancing:DeleteLoadBalancer");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("authorize");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, an_actor_has_full_rights_until_it_gets_a_policy_and_again_without);
	tcase_add_test(tcase, an_unknown_actor_and_a_broken_policy_are_refused);
	tcase_add_test(tcase, each_service_refuses_in_its_own_words);
	tcase_add_test(tcase, an_explicit_deny_is_said_to_be_one);
	tcase_add_test(tcase, a_dry_run_says_whether_the_caller_may);
	tcase_add_test(tcase, what_is_not_modelled_is_refused_aloud_and_counted);
	tcase_add_test(tcase, tags_within_a_create_need_a_permission_of_their_own);
	tcase_add_test(tcase, tags_of_a_resource_decide);
	tcase_add_test(tcase, an_encoded_message_is_decoded_again);
	tcase_add_test(tcase, handing_on_a_role_needs_pass_role);
	tcase_add_test(tcase, a_users_key_is_bound_by_user_groups_and_boundary);
	tcase_add_test(tcase, a_session_is_bound_by_its_role_and_its_own_policy);
	tcase_add_test(tcase, a_policy_of_aws_whose_text_is_not_known_is_said_aloud);
	tcase_add_test(tcase, a_session_whose_document_is_gone_may_do_nothing);
	tcase_add_test(tcase, the_instant_profile_binds_keys_of_iam_by_nothing);
	tcase_add_test(tcase,
		       the_controllers_published_policy_allows_all_that_it_was_recorded_to_call);
	tcase_add_test(tcase, the_controllers_published_policy_forbids_what_is_not_its_own);
	return run_suite_of(tcase, "authorize");
}
