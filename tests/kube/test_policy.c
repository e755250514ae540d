/* emulator/kube/policy.c, kinds/admission_policy.c: ValidatingAdmissionPolicy, with the texts of
 * kube-apiserver 1.36.3. */
#include "emulator/base/json.h"
#include "tests/kube/rig.h"

#define ADMISSION "/apis/admissionregistration.k8s.io/v1"
#define POLICIES  ADMISSION "/validatingadmissionpolicies"
#define BINDINGS  ADMISSION "/validatingadmissionpolicybindings"
#define MAPS	  "/api/v1/namespaces/default/configmaps"

#define MATCH                                                                                      \
	"'matchConstraints':{'resourceRules':[{'operations':['CREATE','UPDATE','DELETE'],"         \
	"'apiGroups':[''],'apiVersions':['v1'],'resources':['configmaps']}]}"
#define DENIED                                                                                     \
	"configmaps \"m\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied "    \
	"request: "

static struct kube_rig rig;

static void with(const char *policy, const char *binding)
{
	_cleanup_(freep) char *first =
		xasprintf("{'metadata':{'name':'p'},'spec':{" MATCH ",%s}}", policy);
	_cleanup_(freep) char *second =
		xasprintf("{'metadata':{'name':'b'},'spec':{'policyName':'p',%s}}", binding);

	kube_rig_open(&rig, false);
	kube_must(&rig, "POST", POLICIES, first);
	kube_must(&rig, "POST", BINDINGS, second);
}

static void make_refused(const char *value, int status, const char *text)
{
	_cleanup_(freep) char *body =
		xasprintf("{'metadata':{'name':'m'},'data':{'a':'%s'}}", value);
	uint64_t before = kube_revision(&rig);

	kube_refused(&rig, "POST", MAPS, body, status, text);
	ck_assert_uint_eq(kube_revision(&rig), before);
}

static void make(const char *value)
{
	_cleanup_(freep) char *body =
		xasprintf("{'metadata':{'name':'m'},'data':{'a':'%s'}}", value);

	kube_must(&rig, "POST", MAPS, body);
}

START_TEST(a_false_validation_refuses_the_request)
{
	with("'validations':[{'expression':'object.data.a != \\u0027bad\\u0027'}]",
	     "'validationActions':['Deny']");
	make_refused("bad", 422, DENIED "failed expression: object.data.a != 'bad'");
	ck_assert_str_eq(rig.err.wire, "Invalid");
	ck_assert_str_eq(json_get_str(json_first(json_get(rig.err.details, "causes")), "message"),
			 "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed "
			 "expression: object.data.a != 'bad'");
	make("good");
	ck_assert(!kube_patch(&rig, "merge", MAPS "/m", "{'data':{'a':'bad'}}"));
	kube_must(&rig, "GET", MAPS "/m", NULL);
	ck_assert_str_eq(kube_text(&rig, "data.a"), "good");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_deletion_is_asked_about_the_old_object)
{
	with("'validations':[{'expression':'request.operation != \\u0027DELETE\\u0027 || "
	     "oldObject.data.a != \\u0027kept\\u0027','message':'keep it'}]",
	     "'validationActions':['Deny']");
	make("kept");
	kube_refused(&rig, "DELETE", MAPS "/m", NULL, 422, DENIED "keep it");
	kube_must(&rig, "GET", MAPS "/m", NULL);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(variables_messages_and_reasons_are_the_policy_s_own)
{
	with("'variables':[{'name':'v','expression':'object.data.a'},{'name':'w','expression':"
	     "'variables.v + \\u0027x\\u0027'},{'name':'broken','expression':'object.data.zz'}],"
	     "'validations':[{'expression':'variables.w != \\u0027badx\\u0027',"
	     "'messageExpression':'\\u0027was \\u0027 + variables.v','reason':'Forbidden'}]",
	     "'validationActions':['Deny']");
	make_refused("bad", 403, DENIED "was bad");
	ck_assert_str_eq(rig.err.wire, "Forbidden");
	make("good");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(what_cannot_be_evaluated_refuses_or_is_ignored)
{
#define BROKEN "'validations':[{'expression':'object.data.zz == 1','message':'m'}]"
	with(BROKEN, "'validationActions':['Deny']");
	make_refused("x", 422,
		     DENIED "expression 'object.data.zz == 1' resulted in error: no such key: zz");
	kube_rig_close(&rig);
	with("'failurePolicy':'Ignore'," BROKEN, "'validationActions':['Deny']");
	make("x");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(conditions_and_a_binding_s_resources_choose)
{
#define NEVER "'validations':[{'expression':'false'}]"
	with("'matchConditions':[{'name':'x','expression':'object.metadata.name == "
	     "\\u0027other\\u0027'}]," NEVER,
	     "'validationActions':['Deny']");
	make("x");
	kube_rig_close(&rig);
	with(NEVER, "'validationActions':['Deny'],'matchResources':{'namespaceSelector':{"
		    "'matchLabels':{'x':'y'}}}");
	make("x");
	kube_rig_close(&rig);
	with("'validations':[{'expression':'namespaceObject.metadata.name != "
	     "\\u0027default\\u0027','message':'not here'}]",
	     "'validationActions':['Warn','Audit']");
	make("x"); /* a warning only */
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_policy_without_a_binding_asks_nobody)
{
	kube_rig_open(&rig, false);
	kube_must(&rig, "POST", POLICIES, "{'metadata':{'name':'p'},'spec':{" MATCH "," NEVER "}}");
	ck_assert_str_eq(kube_text(&rig, "spec.failurePolicy"), "Fail");
	ck_assert_str_eq(kube_text(&rig, "spec.matchConstraints.matchPolicy"), "Equivalent");
	make("x");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_wrong_policy_is_refused)
{
	static const struct {
		const char *path, *spec, *text;
	} rows[] = {
		{POLICIES, MATCH,
		 "[spec.validations: Required value: validations or auditAnnotations must contain "
		 "at least one item, spec.auditAnnotations: Required value: validations or "
		 "auditAnnotations must contain at least one item]"},
		{POLICIES, "'validations':[{'expression':'true'}]",
		 "spec.matchConstraints: Required value"},
		{POLICIES, MATCH ",'validations':[{'expression':'1'}]",
		 "spec.validations[0].expression: Invalid value: \"1\": must evaluate to bool but "
		 "got int"},
		{POLICIES, MATCH ",'validations':[{'expression':'true','messageExpression':'1'}]",
		 "spec.validations[0].messageExpression: Invalid value: \"1\": must evaluate to "
		 "string but got int"},
		{POLICIES, MATCH ",'validations':[{'expression':'true','reason':'Bogus'}]",
		 "spec.validations[0].reason: Unsupported value: \"Bogus\": supported values: "
		 "\"Forbidden\", \"Invalid\", \"RequestEntityTooLarge\""},
		{POLICIES,
		 MATCH ",'variables':[{'name':'a b','expression':'1'}],'validations':[{"
		       "'expression':'true'}]",
		 "spec.variables[0].name: Invalid value: \"a b\": must be a valid CEL identifier"},
		{POLICIES,
		 MATCH ",'variables':[{'name':'a','expression':'1'}],'validations':[{"
		       "'expression':'variables.b == 1'}]",
		 "spec.validations[0].expression: Invalid value: \"variables.b == 1\": compilation "
		 "failed: ERROR: <input>:1:10: undefined field 'b'\n | variables.b == 1\n | "
		 ".........^"},
		{BINDINGS, "'policyName':'p'",
		 "spec.validationActions: Required value: at least one validation action is "
		 "required"},
		{BINDINGS, "'policyName':'p','validationActions':['Deny','Warn']",
		 "spec.validationActions: Invalid value: [\"Deny\",\"Warn\"]: must not contain both "
		 "Deny and Warn (repeating the same validation failure information in the API "
		 "response and headers serves no purpose)"},
		{BINDINGS, "'validationActions':['Deny']", "spec.policyName: Required value"},
	};

	kube_rig_open(&rig, false);
	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(freep) char *body =
			xasprintf("{'metadata':{'name':'x'},'spec':{%s}}", rows[i].spec);
		_cleanup_(freep) char *text = xasprintf(
			"%s.admissionregistration.k8s.io \"x\" is invalid: %s",
			str_eq(rows[i].path, POLICIES) ? "ValidatingAdmissionPolicy"
						       : "ValidatingAdmissionPolicyBinding",
			rows[i].text);

		kube_refused(&rig, "POST", rows[i].path, body, 422, text);
	}
	kube_rig_close(&rig);
}
END_TEST

START_TEST(parameters_and_mutating_policies_are_not_implemented)
{
	static const char *const rows[][2] = {
		{POLICIES, "{'metadata':{'name':'x'},'spec':{'paramKind':{'apiVersion':'v1','kind':"
			   "'ConfigMap'}," MATCH "," NEVER "}}"},
		{BINDINGS, "{'metadata':{'name':'x'},'spec':{'policyName':'p','paramRef':{'name':"
			   "'x'},'validationActions':['Deny']}}"},
		{ADMISSION "/mutatingadmissionpolicies", "{'metadata':{'name':'x'},'spec':{}}"},
		{ADMISSION "/mutatingadmissionpolicybindings",
		 "{'metadata':{'name':'x'},'spec':{'policyName':'p'}}"},
	};

	kube_rig_open(&rig, false);
	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(freep) char *path = xasprintf("%s/x", rows[i][0]);

		ck_assert(!kube_ask(&rig, "POST", rows[i][0], rows[i][1]));
		ck_assert_int_eq(rig.err.status, 501);
		ck_assert_int_eq(rig.err.code, ERR_UNSUPPORTED);
		ck_assert(!kube_ask(&rig, "GET", path, NULL));
	}
	kube_rig_close(&rig);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_false_validation_refuses_the_request,
		a_deletion_is_asked_about_the_old_object,
		variables_messages_and_reasons_are_the_policy_s_own,
		what_cannot_be_evaluated_refuses_or_is_ignored,
		conditions_and_a_binding_s_resources_choose,
		a_policy_without_a_binding_asks_nobody,
		a_wrong_policy_is_refused,
		parameters_and_mutating_policies_are_not_implemented,
		NULL,
	};

	return suite_main("policy", tests);
}
