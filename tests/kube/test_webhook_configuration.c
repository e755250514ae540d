/* Configurations of admission webhooks: what they must be, and what they are when nothing is said.
 */
#include "tests/kube/rig.h"

#define MUTATING   "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"
#define VALIDATING "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"

static void expect_text(const char *text, const char *part)
{
	ck_assert_msg(strstr(text, part), "\"%s\" is not in: %s", part, text);
}

START_TEST(a_configuration_is_checked_and_defaulted)
{
	static const struct {
		const char *hook, *text;
	} rows[] = {
		{"{'name':'a.b.c'}", "webhooks[0].sideEffects: Required value: must specify one of "
				     "None, NoneOnDryRun"},
		{"{'name':'a.b.c'}", "webhooks[0].clientConfig: Required value: exactly one of url "
				     "or service is required"},
		{"{'name':'a.b.c'}", "webhooks[0].admissionReviewVersions: Required value: must "
				     "specify one of v1, v1beta1"},
		{"{'name':'a.b'}", "webhooks[0].name: Invalid value: \"a.b\": should be a domain "
				   "with at least three segments separated by dots"},
		{"{'name':'a.b.c','clientConfig':{'url':'http://127.0.0.1/x'}}",
		 "'https' is the only allowed URL scheme"},
		{"{'name':'a.b.c','timeoutSeconds':31}",
		 "the timeout value must be between 1 and 30 seconds"},
		{"{'name':'a.b.c','matchConditions':[{'name':'x','expression':'1'}]}",
		 "webhooks[0].matchConditions[0].expression: Invalid value: \"1\": must evaluate to "
		 "bool but got int"},
		{"{'name':'a.b.c','matchConditions':[{'name':'x','expression':'object.a'}]}",
		 "Invalid value: \"object.a\": must evaluate to bool but got dyn"},
		{"{'name':'a.b.c','matchConditions':[{'name':'x','expression':'request.uid == 1'}]}",
		 "Invalid value: \"request.uid == 1\": compilation failed: ERROR: <input>:1:8: "
		 "undefined field 'uid'\n | request.uid == 1\n | .......^"},
		{"{'name':'a.b.c','matchConditions':[{'name':'','expression':' '}]}",
		 "webhooks[0].matchConditions[0].expression: Required value, "
		 "webhooks[0].matchConditions[0].name: Required value"},
		{"{'name':'a.b.c','matchConditions':[{'name':'x','expression':'true'},"
		 "{'name':'x','expression':'true'}]}",
		 "webhooks[0].matchConditions[1].name: Duplicate value: \"x\""},
		{"{'name':'a.b.c','rules':[{'operations':['READ']}]}",
		 "webhooks[0].rules[0].operations[0]: Unsupported value: \"READ\""},
	};
	struct kube_rig rig;

	kube_rig_open(&rig, false);
	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(freep) char *body =
			xasprintf("{'metadata':{'name':'x'},'webhooks':[%s]}", rows[i].hook);

		ck_assert(!kube_ask(&rig, "POST", VALIDATING, body));
		ck_assert_int_eq(rig.err.status, 422);
		expect_text(err_text(&rig.err), rows[i].text);
	}
	kube_must(&rig, "POST", MUTATING,
		  "{'metadata':{'name':'ok'},'webhooks':[{'name':'ok.sky.example',"
		  "'clientConfig':{'url':'https://127.0.0.1:1/x'},'sideEffects':'None',"
		  "'rules':[{'operations':['CREATE'],'apiGroups':[''],'apiVersions':['v1'],"
		  "'resources':['configmaps']}],'admissionReviewVersions':['v1']}]}");
	expect_text(kube_printed(&rig), "\"failurePolicy\":\"Fail\"");
	expect_text(kube_printed(&rig), "\"matchPolicy\":\"Equivalent\"");
	expect_text(kube_printed(&rig), "\"reinvocationPolicy\":\"Never\"");
	expect_text(kube_printed(&rig), "\"scope\":\"*\"");
	expect_text(kube_printed(&rig), "\"timeoutSeconds\":10");
	kube_rig_close(&rig);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_configuration_is_checked_and_defaulted,
		NULL,
	};

	return suite_main("kube_webhook_configuration", tests);
}
