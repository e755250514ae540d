/* emulator/world/actor.c */
#include "tests/lib/suite.h"
#include "tests/lib/world.h"

START_TEST(an_actor_is_known_by_name_key_and_user)
{
	struct world *w = test_world(PROFILE_AWS);
	const struct actor *actor =
		actor_add(w, &(const struct actor){.name = "operator",
						   .access_key_id = "AKIAOPERATOR00000001",
						   .secret_key = "secret",
						   .account = TEST_ACCOUNT,
						   .arn = "arn:aws:iam::123456789012:user/operator",
						   .kube_user = "kubernetes-admin"});

	ck_assert_ptr_eq(actor_by_name(w, "operator"), actor);
	ck_assert_ptr_eq(actor_by_access_key(w, "AKIAOPERATOR00000001"), actor);
	ck_assert_ptr_eq(actor_by_kube_user(w, "kubernetes-admin"), actor);
	ck_assert_str_eq(actor->secret_key, "secret");
	ck_assert_ptr_null(actor->session_token);
	ck_assert_ptr_null(actor_by_name(w, "nobody"));
	ck_assert_ptr_null(actor_by_access_key(w, "akiaoperator00000001"));
	ck_assert_ptr_null(actor_by_kube_user(w, "operator"));
	world_free(w);
}
END_TEST

START_TEST(the_same_name_again_adds_keys_and_users)
{
	struct world *w = test_world(PROFILE_AWS);
	const struct actor *first =
		actor_add(w, &(const struct actor){.name = "ccm", .kube_user = "ccm"});
	const struct actor *second = actor_add(
		w,
		&(const struct actor){.name = "ccm", .access_key_id = "AKIA1", .secret_key = "s1"});
	const struct actor *third = actor_add(
		w, &(const struct actor){.name = "ccm",
					 .access_key_id = "ASIA2",
					 .secret_key = "s2",
					 .session_token = "t",
					 .expires_ms = 5,
					 .kube_user = "system:serviceaccount:kube-system:ccm"});

	ck_assert_ptr_eq(actor_by_name(w, "ccm"), first);
	ck_assert_str_eq(first->access_key_id, "AKIA1"); /* completed by the second */
	ck_assert_ptr_null(first->session_token);
	ck_assert_ptr_eq(actor_by_access_key(w, "AKIA1"), second);
	ck_assert_ptr_eq(actor_by_access_key(w, "ASIA2"), third);
	ck_assert_int_eq(third->expires_ms, 5);
	ck_assert_ptr_eq(actor_by_kube_user(w, "ccm"), first);
	ck_assert_ptr_eq(actor_by_kube_user(w, "system:serviceaccount:kube-system:ccm"), third);
	world_free(w);
}
END_TEST

START_TEST(a_key_given_again_means_the_newest_actor)
{
	struct world *w = test_world(PROFILE_AWS);
	const struct actor *newest;

	actor_add(w, &(const struct actor){.name = "a", .access_key_id = "K", .secret_key = "1"});
	newest = actor_add(
		w, &(const struct actor){.name = "b", .access_key_id = "K", .secret_key = "2"});
	ck_assert_ptr_eq(actor_by_access_key(w, "K"), newest);
	world_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		an_actor_is_known_by_name_key_and_user,
		the_same_name_again_adds_keys_and_users,
		a_key_given_again_means_the_newest_actor,
		NULL,
	};

	return suite_main("actor", tests);
}
