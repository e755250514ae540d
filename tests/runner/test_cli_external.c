/* Scenarios on a target that is not our own emulator: here another `skyrig serve`. */
#include <signal.h>
#include <sys/stat.h>

#include "emulator/base/json.h"
#include "tests/runner/cli.h"

#define VPC_IS_MADE                                                                                \
	"  - step: a VPC is made\n"                                                                \
	"    call: { action: 'ec2:CreateVpc', params: { CidrBlock: 10.8.0.0/16, "                  \
	"TagSpecifications: [ { ResourceType: vpc, Tags: [ { Key: Name, Value: mine } ] } ] } }\n" \
	"    within: 10s\n"
#define VPC_IS_THERE                                                                               \
	"    expect:\n"                                                                            \
	"      - { one: vpc, where: { CidrBlock: 10.8.0.0/16 }, has: { State: available }, "       \
	"tagged: { Name: mine }, remember: vpc }\n"
#define VPC_IS_DELETED                                                                             \
	"  - step: the VPC is deleted\n"                                                           \
	"    call: { action: 'ec2:DeleteVpc', params: { VpcId: '${vpc.VpcId}' } }\n"               \
	"    expect: [ { none: vpc, where: { CidrBlock: 10.8.0.0/16 } } ]\n"
#define NO_CONTROLLERS "given: { controllers: [] }\n"

static pid_t target;
static char *flags; /* that lead there */

/* Starts the other emulator. */
static void start_target(const char *arguments)
{
	_cleanup_(freep) char *command =
		xasprintf("serve --env --kubeconfig-out $D/kubeconfig %s", arguments);
	_cleanup_(freep) char *text = NULL;
	char *url;

	target = start(command);
	wait_for("out", "export KUBECONFIG=");
	text = read_file("out");
	write_file("env", text);
	url = strstr(text, "AWS_ENDPOINT_URL=") + strlen("AWS_ENDPOINT_URL=");
	url[strcspn(url, "\n")] = '\0';
	free(flags);
	flags = xasprintf("--target external --aws-endpoint %s --aws-credentials $D/env "
			  "--kubeconfig $D/kubeconfig --look-every 50ms",
			  url);
}

static void stop_target(void)
{
	kill(target, SIGTERM);
	ck_assert_int_eq(ended_with(target), 0);
}

/* Runs scenarios there. */
static void assert_there(const char *arguments, int wanted)
{
	_cleanup_(freep) char *command = xasprintf("test %s %s", arguments, flags);

	assert_run(command, wanted);
}

START_TEST(the_same_scenario_runs_on_both)
{
	write_file("vpc.yaml",
		   CLI_SCENARIO(NO_CONTROLLERS, VPC_IS_MADE VPC_IS_THERE VPC_IS_DELETED));
	assert_run("test $D/vpc.yaml", 0);
	start_target("--profile aws");
	assert_there("$D/vpc.yaml", 0);
	assert_last_line("1 passed, 0 failed, 0 skipped");
	stop_target();
}
END_TEST

START_TEST(objects_are_applied_changed_and_deleted_there)
{
	_cleanup_(freep) char *folder = xasprintf("%s/fixtures", cli_folder());

	ck_assert_int_eq(mkdir(folder, 0700), 0);
	write_file("fixtures/map.yaml",
		   "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: mine }\n"
		   "data: { a: b }\n");
	write_file(
		"scenario.yaml",
		CLI_SCENARIO(
			NO_CONTROLLERS,
			"  - step: applied\n    apply: map.yaml\n    within: 10s\n"
			"    expect: [ { one: config-map, where: { metadata: { name: mine } }, has: "
			"{ data: { a: b } } } ]\n    snapshot: before\n"
			"  - step: changed\n    change: { of: config-map default/mine, set: { data: "
			"{ a: c } } }\n    settle: 200ms\n"
			"    expect: [ { one: config-map, where: { metadata: { name: mine } }, has: "
			"{ data: { a: c } } } ]\n    same-as: before\n"
			"  - step: refused\n    change: { of: config-map default/nobody, set: { "
			"data: { a: c } } }\n    rejected: { reason: NotFound, message: { "
			"contains: nobody } }\n"
			"  - step: deleted\n    delete: config-map default/mine\n"
			"    expect: [ { none: config-map, where: { metadata: { name: mine } } } ]\n"));
	start_target("--profile instant");
	assert_there("$D/scenario.yaml", 0);
	stop_target();
}
END_TEST

START_TEST(what_needs_the_journal_is_neither_passed_nor_failed)
{
	write_file("calls.yaml",
		   CLI_SCENARIO(NO_CONTROLLERS, VPC_IS_MADE VPC_IS_THERE
				"      - { calls: 'ec2:CreateVpc', by: operator, times: 1 }\n"
				"      - { some: vpc, made-by: operator }\n" VPC_IS_DELETED
				"    leaks: none\n"));
	write_file("vpc.yaml",
		   CLI_SCENARIO(NO_CONTROLLERS, VPC_IS_MADE VPC_IS_THERE VPC_IS_DELETED));
	start_target("--profile instant");
	assert_there("$D/calls.yaml", 3);
	assert_file("out", "NOT PROVABLE  ");
	assert_file("out", "calls.yaml:11: calls: no journal tells the calls");
	assert_file("out", "calls.yaml:12: made-by: no journal tells who made it");
	assert_file("out", "leaks: no journal tells who made what");
	assert_last_line("0 passed, 0 failed, 0 skipped");
	assert_there("$D/calls.yaml $D/vpc.yaml --junit $D/junit.xml --json $D/results.json", 0);
	assert_file("out", "1 not provable here");
	assert_last_line("1 passed, 0 failed, 0 skipped");
	assert_file("junit.xml", "failures=\"0\"");
	assert_file("junit.xml", "skipped=\"1\"");
	assert_file("results.json", "\"status\": \"not-provable\"");
	assert_there("$D/calls.yaml --strict", 1);
	assert_last_line("0 passed, 1 failed, 0 skipped");
	stop_target();
}
END_TEST

START_TEST(what_is_wrong_there_fails_whatever_is_not_provable)
{
	write_file("wrong.yaml",
		   CLI_SCENARIO(NO_CONTROLLERS,
				"  - step: nothing was made\n    within: 100ms\n"
				"    expect:\n      - { calls: 'ec2:CreateVpc' }\n"
				"      - { one: vpc, where: { CidrBlock: 10.8.0.0/16 } }\n"));
	write_file("always.yaml",
		   CLI_SCENARIO(NO_CONTROLLERS
				"always: [ { none: vpc, where: { CidrBlock: 10.8.0.0/16 } } ]\n",
				VPC_IS_MADE "    stays: 30s\n" VPC_IS_THERE));
	start_target("--profile instant");
	assert_there("$D/wrong.yaml", 1);
	assert_file("out", "never true during 100ms");
	assert_there("$D/always.yaml", 1);
	assert_file("out", "not so when the target was looked at");
	stop_target();
}
END_TEST

START_TEST(what_only_the_emulator_can_do_is_not_begun)
{
	write_file("fault.yaml", CLI_SCENARIO("given: { controllers: [], quotas: { vpcs: 1 } }\n",
					      VPC_IS_MADE VPC_IS_THERE
					      "  - step: later\n    advance: 1m\n"
					      "    call: { action: 'ec2:DescribeVpcs', as: "
					      "load-balancer-controller }\n"));
	write_file("nothing.yaml",
		   CLI_SCENARIO(NO_CONTROLLERS,
				"  - step: nothing was made\n    expect: [ { none: vpc, where: { "
				"CidrBlock: 10.8.0.0/16 } } ]\n"));
	start_target("--profile instant");
	assert_there("$D/fault.yaml", 3);
	assert_file("out", "not run: 3 things not provable here");
	assert_file("out", "quotas: nobody else's quotas can be set");
	assert_file("out", "advance: its clock cannot be moved");
	assert_file("out", "as: calls are made with one pair of keys");
	assert_there("$D/nothing.yaml", 0);
	/* a default is as impossible as what the scenario says itself */
	write_file("suite.yaml", "given: { nodes: 3 }\n");
	assert_there("$D/nothing.yaml", 3);
	assert_file("out", "/suite.yaml:1: nodes: nodes are those that are there");
	stop_target();
}
END_TEST

START_TEST(a_state_must_be_there_already_unless_it_needs_no_ids)
{
	static const char suite[] =
		CLI_SCENARIO("given: { controllers: [], region: eu-west-1, aws: "
			     "aws/vpc-ipv4-only.yaml }\n",
			     "  - step: it is there\n    expect: [ { one: vpc, where: { VpcId: "
			     "vpc-0a11b22c33d44e55f } } ]\n");

	write_file("state.yaml", suite);
	start_target("--profile instant");
	assert_there("$D/state.yaml", 3);
	assert_file("out", "aws: the target does not have what this fixture is about");
	stop_target();
	start_target("--profile instant --fixture fixtures/aws/vpc-ipv4-only.yaml");
	assert_there("$D/state.yaml", 0);
	stop_target();
}
END_TEST

START_TEST(a_target_that_does_not_answer_is_no_failure_of_the_scenario)
{
	write_file("vpc.yaml", CLI_SCENARIO(NO_CONTROLLERS, VPC_IS_MADE VPC_IS_THERE));
	start_target("--profile instant");
	stop_target();
	assert_there("$D/vpc.yaml", 3);
	assert_file("out", "does not answer: dial tcp 127.0.0.1:");
	assert_file("out", "connection refused");
}
END_TEST

START_TEST(only_addresses_of_this_machine_are_asked)
{
	static const struct {
		const char *flags, *says;
	} rows[] = {
		{"--aws-endpoint https://ec2.eu-west-1.amazonaws.com",
		 "\"https://ec2.eu-west-1.amazonaws.com\" is the real AWS, which this program never "
		 "calls"},
		{"--aws-endpoint https://ec2.eu-west-1.api.aws", "is the real AWS"},
		{"--aws-endpoint http://10.0.0.1:5000", "is not on this machine"},
		{"--aws-endpoint http://127.0.0.1.example.com:5000", "is not on this machine"},
		{"--aws-endpoint http://127.0.0.1@example.com/", "is not on this machine"},
		{"--aws-endpoint 127.0.0.1:5000", "is no address"},
		{"--aws-endpoint http://127.0.0.1:1", "has no AWS_ACCESS_KEY_ID"},
		{"--aws-endpoint http://127.0.0.1:1 --aws-credentials no/such", "cannot read"},
		{"--kubeconfig no/such", "no/such"},
		{"--kubeconfig $D/far", "is not on this machine"},
		{"--kubeconfig $D/exec", "its user logs in by exec"},
		{"", "an external target needs --aws-endpoint, --kubeconfig, or both"},
		{"--aws-endpoint http://127.0.0.1:1 --keep", "are about our own emulator"},
		{"--look-every soon", "\"soon\" is not a duration"},
		{"--target elsewhere", "\"elsewhere\" is neither emulator nor external"},
		{"--target emulator --kubeconfig x", "go with --target external"},
		{"--start load-balancer", "there is no controller \"load-balancer\""},
		{"--aws-endpoint http://127.0.0.1:1 --start load-balancer-controller",
		 "a controller needs --aws-endpoint and --kubeconfig"},
		{"--aws-endpoint http://127.0.0.1:1 --set vpc-id", "write NAME=VALUE"},
		{"--aws-endpoint http://127.0.0.1:1 --set vpc-id=x", "--set goes with --start"},
	};
	static const char config[] =
		"current-context: x\n"
		"contexts: [ { name: x, context: { cluster: x, user: x } } ]\n"
		"clusters: [ { name: x, cluster: { server: '%s', insecure-skip-tls-verify: true } } "
		"]\nusers: [ { name: x, user: { %s } } ]\n";
	_cleanup_(freep) char *far = xasprintf(config, "https://10.0.0.1:6443", "token: x");
	_cleanup_(freep) char *exec =
		xasprintf(config, "https://127.0.0.1:6443", "exec: { command: x }");

	unsetenv("AWS_ACCESS_KEY_ID");
	write_file("far", far);
	write_file("exec", exec);
	write_file("good.yaml", CLI_GOOD);
	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(freep) char *arguments =
			xasprintf("test $D/good.yaml --target external %s", rows[i].flags);

		assert_run(arguments, 2);
		assert_file("err", rows[i].says);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		the_same_scenario_runs_on_both,
		objects_are_applied_changed_and_deleted_there,
		what_needs_the_journal_is_neither_passed_nor_failed,
		what_is_wrong_there_fails_whatever_is_not_provable,
		what_only_the_emulator_can_do_is_not_begun,
		a_state_must_be_there_already_unless_it_needs_no_ids,
		a_target_that_does_not_answer_is_no_failure_of_the_scenario,
		only_addresses_of_this_machine_are_asked,
		NULL,
	};

	return cli_main("cli_external", tests);
}
