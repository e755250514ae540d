/* emulator/kube/kinds/auth*.c: tokens of service accounts, and reviews of who one is and may do. */
#include "emulator/base/clock.h"
#include "emulator/base/json.h"
#include "emulator/kube/auth.h"
#include "emulator/kube/cluster.h"
#include "tests/kube/rig.h"

#define ACCOUNT "/api/v1/namespaces/kube-system/serviceaccounts/me"
#define TOKEN	ACCOUNT "/token"
#define REVIEW	"/apis/authentication.k8s.io/v1/tokenreviews"
#define ACCESS	"/apis/authorization.k8s.io/v1/"

static struct kube_rig rig;

static void with_account(void)
{
	kube_rig_open(&rig, false);
	kube_must(&rig, "POST", "/api/v1/namespaces/kube-system/serviceaccounts",
		  "{'metadata':{'name':'me'}}");
}

/* A token of the account, for audiences ("" : the server's own). */
static char *new_token(const char *spec)
{
	kube_must(&rig, "POST", TOKEN, spec);
	return xstrdup(kube_text(&rig, "status.token"));
}

static void review(const char *token, const char *audiences)
{
	_cleanup_(freep) char *body = xasprintf("{'spec':{'token':'%s'%s}}", token, audiences);

	kube_must(&rig, "POST", REVIEW, body);
}

START_TEST(an_account_gets_a_token_that_says_who_it_is)
{
	_cleanup_(freep) char *token = NULL;
	_cleanup_(json_freep) struct json *claims = NULL;
	struct err err = ERR_INIT;

	with_account();
	token = new_token("{'spec':{'expirationSeconds':3600}}");
	ck_assert_str_eq(kube_text(&rig, "kind"), "TokenRequest");
	ck_assert_uint_eq(strlen(kube_text(&rig, "status.expirationTimestamp")), 20);
	ck_assert(auth_token(rig.cluster, token, clock_real_ms(), &claims, &err));
	ck_assert_str_eq(json_get_str(claims, "sub"), "system:serviceaccount:kube-system:me");
	ck_assert_int_eq(json_get_int(claims, "exp", 0) - json_get_int(claims, "iat", 0), 3600);
	ck_assert_str_eq(json_find_str(claims, "kubernetes.io", "serviceaccount", "name", NULL),
			 "me");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_token_ends_with_its_time_and_its_account)
{
	_cleanup_(freep) char *token = NULL;
	_cleanup_(json_freep) struct json *claims = NULL;
	struct err err = ERR_INIT;
	int64_t now_ms = clock_real_ms();

	with_account();
	token = new_token("{'spec':{'expirationSeconds':600}}");
	ck_assert(!auth_token(rig.cluster, token, now_ms + 700 * 1000, &claims, &err));
	ck_assert_int_eq(err.status, 401);
	err_done(&err);
	kube_must(&rig, "DELETE", ACCOUNT, NULL);
	kube_must(&rig, "POST", "/api/v1/namespaces/kube-system/serviceaccounts",
		  "{'metadata':{'name':'me'}}");
	ck_assert(!auth_token(rig.cluster, token, now_ms, &claims, &err)); /* another uid */
	err_done(&err);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_token_request_is_checked)
{
	with_account();
	kube_refused(&rig, "POST", TOKEN, "{'spec':{'expirationSeconds':60}}", 422,
		     "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: "
		     "Invalid value: 60: may not specify a duration less than 10 minutes");
	kube_refused(&rig, "POST", "/api/v1/namespaces/kube-system/serviceaccounts/nobody/token",
		     "{'spec':{}}", 404, "serviceaccounts \"nobody\" not found");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_token_review_knows_the_account)
{
	_cleanup_(freep) char *token = NULL;

	with_account();
	token = new_token("{'spec':{}}");
	review(token, "");
	ck_assert_str_eq(kube_text(&rig, "status.authenticated"), "true");
	ck_assert_str_eq(kube_text(&rig, "status.user.username"),
			 "system:serviceaccount:kube-system:me");
	ck_assert_str_eq(kube_text(&rig, "status.user.groups"),
			 "[\"system:serviceaccounts\",\"system:serviceaccounts:kube-system\","
			 "\"system:authenticated\"]");
	review(token, ",'audiences':['vault']");
	ck_assert_str_eq(kube_text(&rig, "status.authenticated"), "");
	review("nonsense", "");
	ck_assert_str_eq(kube_text(&rig, "status.authenticated"), "");
	ck_assert_str_eq(kube_text(&rig, "status.error"), "invalid bearer token");
	kube_refused(&rig, "POST", REVIEW, "{'spec':{}}", 400,
		     "token is required for TokenReview in authentication");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(one_may_ask_who_one_is)
{
	kube_rig_open(&rig, false);
	kube_must(&rig, "POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}");
	ck_assert_str_eq(kube_text(&rig, "status.userInfo.username"), "operator");
	ck_assert_str_eq(kube_text(&rig, "status.userInfo.groups"),
			 "[\"system:masters\",\"system:authenticated\"]");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(who_is_known_may_do_everything)
{
	static const char *const kinds[] = {"selfsubjectaccessreviews", "subjectaccessreviews"};
	uint64_t before;

	kube_rig_open(&rig, false);
	before = kube_revision(&rig);
	for (size_t i = 0; i < array_size(kinds); i++) {
		_cleanup_(freep) char *path = xasprintf(ACCESS "%s", kinds[i]);

		kube_must(&rig, "POST", path,
			  "{'spec':{'user':'x','resourceAttributes':{'verb':'get','resource':"
			  "'pods'}}}");
		ck_assert_str_eq(kube_text(&rig, "status.allowed"), "true");
		kube_refused(&rig, "POST", path, "{'spec':{'user':'x'}}", 400,
			     "exactly one of nonResourceAttributes or resourceAttributes must be "
			     "specified");
	}
	kube_must(&rig, "POST", ACCESS "selfsubjectrulesreviews", "{'spec':{'namespace':'x'}}");
	ck_assert_str_eq(kube_text(&rig, "status.incomplete"), "false");
	ck_assert_uint_eq(kube_revision(&rig), before); /* nothing of it is stored */
	kube_rig_close(&rig);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		an_account_gets_a_token_that_says_who_it_is,
		a_token_ends_with_its_time_and_its_account,
		a_token_request_is_checked,
		a_token_review_knows_the_account,
		one_may_ask_who_one_is,
		who_is_known_may_do_everything,
		NULL,
	};

	return suite_main("authentication", tests);
}
