/* emulator/judge/habits.c */
#include "emulator/judge/habits.h"

#include "emulator/base/json.h"
#include "tests/lib/cloud.h"
#include "tests/lib/suite.h"

#define OPEN   "{'VpcId':'vpc-1','Open':true}"
#define CLOSED "{'VpcId':'vpc-1','Open':false}"

struct found {
	char *names; /* each followed by a space */
	char *text;  /* of the last one */
};

static void note(const struct habit *habit, void *userdata)
{
	struct found *found = userdata;
	char *names = xasprintf("%s%s ", found->names ? found->names : "", habit->name);

	free(found->names);
	free(found->text);
	found->names = names;
	found->text = xstrdup(habit->text);
}

/* The habits found must be these; text: in the last one's. */
static void finds(struct world *w, uint64_t first, const char *names, const char *text)
{
	struct found found = {NULL, NULL};

	judge_habits(w, first, note, &found);
	ck_assert_str_eq(found.names ? found.names : "", names);
	ck_assert_msg(!text || strstr(found.text, text), "%s", found.text);
	free(found.names);
	free(found.text);
}

static void ask(struct world *w, const char *operation, const char *params, unsigned times,
		const char *fault)
{
	for (unsigned i = 0; i < times; i++) {
		struct call *call = test_call_as(w, CLOUD_LBC, "elbv2", operation);

		call_set_params(call, test_json(params));
		if (fault)
			call_set_fault(call, fault);
		call_commit(call, 200);
	}
}

/* Two controllers, one thing, four changes. */
static void quarrel(struct world *w, const char *second)
{
	cloud_add(w, CLOUD_LBC, "vpc", "vpc-1", OPEN, NULL);
	cloud_put(w, second, "vpc", "vpc-1", CLOSED);
	cloud_put(w, CLOUD_LBC, "vpc", "vpc-1", OPEN);
}

START_TEST(a_quiet_world_has_no_habits)
{
	struct world *w = cloud_shoot();

	cloud_service(w);
	cloud_classic(w);
	cloud_migrate(w);
	cloud_nlb(w);
	finds(w, 0, "", NULL);
	world_free(w);
}
END_TEST

START_TEST(two_controllers_that_undo_each_other_twice_are_fighting)
{
	struct world *w = test_world(PROFILE_AWS);

	quarrel(w, CLOUD_CCM);
	finds(w, 0, "", NULL);
	cloud_put(w, CLOUD_CCM, "vpc", "vpc-1", CLOSED);
	finds(w, 0, "fighting ",
	      "cloud-controller-manager and load-balancer-controller change vpc vpc-1 to and fro");
	cloud_put(w, CLOUD_LBC, "vpc", "vpc-1", OPEN);
	finds(w, 0, "fighting ", NULL); /* told once */
	world_free(w);
}
END_TEST

START_TEST(one_controller_that_undoes_itself_is_flapping)
{
	struct world *w = test_world(PROFILE_AWS);

	quarrel(w, CLOUD_LBC);
	cloud_put(w, CLOUD_LBC, "vpc", "vpc-1", CLOSED);
	finds(w, 0, "flapping ", "load-balancer-controller changes vpc vpc-1 to and fro");
	world_free(w);
}
END_TEST

START_TEST(a_status_that_one_controller_writes_again_is_no_habit)
{
	static const char *const states[] = {"Processing", "Error", "Processing", "Error"};
	static const char key[] = CLOUD_SHOOT "/default/echo";
	struct world *w = test_world(PROFILE_AWS);
	const char *second = CLOUD_INFRA;

	for (int round = 0; round < 2; round++, second = CLOUD_LBC) {
		cloud_add(w, "cluster", "service", key, "{'metadata':{},'status':{}}", NULL);
		for (size_t i = 0; i < array_size(states); i++) {
			_cleanup_(freep) char *body =
				xasprintf("{'metadata':{},'status':{'state':'%s'}}", states[i]);

			cloud_put(w, i % 2 ? second : CLOUD_INFRA, "service", key, body);
		}
		finds(w, 0, round ? "fighting " : "", NULL);
		cloud_remove(w, "operator", "service", key);
	}
	world_free(w);
}
END_TEST

START_TEST(following_a_person_or_aws_is_no_habit)
{
	struct world *w = test_world(PROFILE_AWS);

	quarrel(w, CLOUD_CCM);
	cloud_add(w, "operator", "subnet", "subnet-1", "{'SubnetId':'subnet-1'}", NULL);
	cloud_put(w, CLOUD_CCM, "vpc", "vpc-1", CLOSED);
	finds(w, 0, "", NULL);
	world_free(w);

	w = test_world(PROFILE_AWS);
	quarrel(w, "aws");
	cloud_put(w, "aws", "vpc", "vpc-1", CLOSED);
	finds(w, 0, "", NULL);
	world_free(w);
}
END_TEST

START_TEST(what_made_the_state_does_not_count)
{
	struct world *w = test_world(PROFILE_AWS);
	uint64_t first;

	quarrel(w, CLOUD_CCM);
	first = journal_last(world_journal(w)) + 1;
	cloud_put(w, CLOUD_CCM, "vpc", "vpc-1", CLOSED);
	finds(w, first, "", NULL);
	world_free(w);
}
END_TEST

START_TEST(the_same_call_over_and_over_is_a_hot_loop)
{
	struct world *w = test_world(PROFILE_AWS);

	ask(w, "ModifyListener", "{'ListenerArn':'a'}", HABIT_WRITES_MAX, NULL);
	ask(w, "ModifyListener", "{'ListenerArn':'b'}", HABIT_WRITES_MAX, NULL);
	ask(w, "ModifyListener", "{'ListenerArn':'c'}", 3 * HABIT_WRITES_MAX, "throttle");
	finds(w, 0, "", NULL);
	ask(w, "ModifyListener", "{'ListenerArn':'a'}", 1, NULL);
	finds(w, 0, "hot-loop ",
	      "load-balancer-controller made the same call elbv2:ModifyListener 61 times");
	world_free(w);
}
END_TEST

START_TEST(the_same_question_over_and_over_is_a_storm)
{
	struct world *w = test_world(PROFILE_AWS);

	ask(w, "DescribeTags", "{'ResourceArns':['a']}", HABIT_READS_MAX, NULL);
	finds(w, 0, "", NULL);
	ask(w, "DescribeTags", "{'ResourceArns':['a']}", 1, NULL);
	finds(w, 0, "describe-storm ", "elbv2:DescribeTags 301 times");
	world_free(w);
}
END_TEST

START_TEST(what_is_made_after_its_owner_was_deleted_is_late)
{
	struct world *w = cloud_shoot();

	cloud_service(w);
	cloud_remove(w, "operator", "service", CLOUD_SHOOT "/default/echo");
	cloud_add(w, CLOUD_CCM, "classic-load-balancer", "eu-west-1/aecho",
		  "{'LoadBalancerName':'aecho'}",
		  "{'kubernetes.io/service-name':'default/echo',"
		  "'kubernetes.io/cluster/" CLOUD_SHOOT "':'owned'}");
	finds(w, 0, "late-create ", "for service default/echo, which had been deleted by call");
	world_free(w);
}
END_TEST

START_TEST(a_service_has_one_load_balancer_of_a_controller)
{
	struct world *w = cloud_shoot();
	const struct doc *first;
	_cleanup_(json_freep) struct json *tags = NULL;
	_cleanup_(freep) char *text = NULL;

	cloud_service(w);
	cloud_migrate(w);
	cloud_nlb(w);
	first = world_next(w, cloud_kind("load-balancer"), NULL);
	text = json_to_text(first->tags);
	for (char *c = text; *c; c++)
		*c = *c == '"' ? '\'' : *c;
	cloud_add(w, CLOUD_LBC, "load-balancer", "arn:second", "{'LoadBalancerArn':'arn:second'}",
		  text);
	finds(w, 0, "second-load-balancer ", "for service default/echo, which has ");
	world_free(w);
}
END_TEST

/* An Elastic IP is asked for with a token; fault and status as the call ends. */
static void allocate(struct world *w, const char *id, const char *params, const char *fault,
		     int status)
{
	struct call *call = test_call_as(w, CLOUD_INFRA, "ec2", "AllocateAddress");
	_cleanup_(freep) char *body = xasprintf("{'AllocationId':'%s'}", id);

	call_set_params(call, test_json(params));
	if (fault)
		call_set_fault(call, fault);
	world_add(call, (struct doc_spec){.kind = cloud_kind("elastic-ip"),
					  .key = id,
					  .body = test_json(body)});
	call_commit(call, status);
}

START_TEST(what_is_made_again_because_the_answer_was_lost_is_one_too_many)
{
	static const struct {
		const char *fault;
		int status;
	} ends[] = {{"answer-lost", 200}, {"error", 500}};

	for (size_t i = 0; i < array_size(ends); i++) {
		struct world *w = test_world(PROFILE_AWS);

		allocate(w, "eipalloc-1", "{'Domain':'vpc','ClientToken':'a'}", ends[i].fault,
			 ends[i].status);
		finds(w, 0, "", NULL);
		allocate(w, "eipalloc-2", "{'Domain':'vpc','ClientToken':'b'}", NULL, 200);
		finds(w, 0, "created-again ",
		      "infrastructure-controller made elastic-ip eipalloc-2, though its call 1, "
		      "whose answer was lost, had made eipalloc-1");
		world_free(w);
	}
}
END_TEST

START_TEST(what_is_heard_wished_otherwise_or_put_right_first_is_no_second_create)
{
	struct world *w = test_world(PROFILE_AWS);

	allocate(w, "eipalloc-1", "{'Domain':'vpc'}", "slow", 200); /* late, but heard */
	allocate(w, "eipalloc-2", "{'Domain':'vpc'}", NULL, 200);
	allocate(w, "eipalloc-3", "{'Domain':'vpc','Tag':'zone a'}", "answer-lost", 200);
	allocate(w, "eipalloc-4", "{'Domain':'vpc','Tag':'zone b'}", NULL, 200);
	finds(w, 0, "", NULL);
	cloud_remove(w, CLOUD_INFRA, "elastic-ip", "eipalloc-3");
	allocate(w, "eipalloc-5", "{'Domain':'vpc','Tag':'zone a'}", NULL, 200);
	finds(w, 0, "", NULL);
	world_free(w);
}
END_TEST

START_TEST(a_retry_that_aws_knows_by_its_token_or_name_makes_nothing)
{
	struct world *w = test_world(PROFILE_AWS);
	struct call *call;

	allocate(w, "eipalloc-1", "{'Domain':'vpc','ClientToken':'a'}", "answer-lost", 200);
	call = test_call_as(w, CLOUD_INFRA, "ec2", "AllocateAddress");
	call_set_params(call, test_json("{'Domain':'vpc','ClientToken':'a'}"));
	call_commit(call, 200); /* the answer is the one that was lost */
	finds(w, 0, "", NULL);
	world_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_quiet_world_has_no_habits,
		two_controllers_that_undo_each_other_twice_are_fighting,
		one_controller_that_undoes_itself_is_flapping,
		a_status_that_one_controller_writes_again_is_no_habit,
		following_a_person_or_aws_is_no_habit,
		what_made_the_state_does_not_count,
		the_same_call_over_and_over_is_a_hot_loop,
		the_same_question_over_and_over_is_a_storm,
		what_is_made_after_its_owner_was_deleted_is_late,
		a_service_has_one_load_balancer_of_a_controller,
		what_is_made_again_because_the_answer_was_lost_is_one_too_many,
		what_is_heard_wished_otherwise_or_put_right_first_is_no_second_create,
		a_retry_that_aws_knows_by_its_token_or_name_makes_nothing,
		NULL,
	};

	return suite_main("habits", tests);
}
