/* What a Shoot becomes. */
#include "runner/gardenlet/shoot.h"

#include "emulator/base/digest.h"
#include "emulator/base/json.h"
#include "runner/controllers/definition.h"
#include "runner/environment.h"
#include "runner/gardenlet/ssh_key.h"
#include "tests/lib/suite.h"
#include "tests/lib/world.h"

#define SHOOT                                                                                      \
	"{'apiVersion':'core.gardener.cloud/v1beta1','kind':'Shoot','metadata':{'name':'demo',"    \
	"'namespace':'garden-qa'},'spec':{'region':'eu-west-1','kubernetes':{'version':'1.36.1'}," \
	"'networking':{'ipFamilies':['IPv4'],'pods':'100.96.0.0/11','services':'100.64.0.0/13'},"  \
	"'provider':{'type':'aws','infrastructureConfig':{'kind':'InfrastructureConfig',"          \
	"'dualStack':{'enabled':true}},'controlPlaneConfig':{'loadBalancerController':"            \
	"{'enabled':true}}}}}"

static struct shoot_spec read_shoot(const char *text)
{
	_cleanup_(json_freep) struct json *manifest = test_json(text);
	struct shoot_spec spec = {0};
	struct err err = ERR_INIT;

	ck_assert_msg(shoot_read(manifest, &spec, &err), "%s", err_text(&err));
	return spec;
}

START_TEST(the_technical_id_is_project_and_name)
{
	struct shoot_spec spec = read_shoot(SHOOT);

	ck_assert_str_eq(spec.technical_id, "shoot--qa--demo");
	ck_assert(spec.ipv4);
	ck_assert(!spec.ipv6);
	ck_assert(spec.load_balancer_controller);
	ck_assert_str_eq(spec.ingress_class, "alb");
	shoot_spec_done(&spec);
}
END_TEST

START_TEST(a_shoot_without_region_is_refused_with_its_field)
{
	_cleanup_(json_freep) struct json *manifest = test_json(SHOOT);
	struct shoot_spec spec = {0};
	struct err err = ERR_INIT;

	json_remove(json_get_mut(manifest, "spec"), "region");
	ck_assert(!shoot_read(manifest, &spec, &err));
	ck_assert_str_eq(
		err_text(&err),
		"Shoot.core.gardener.cloud \"demo\" is invalid: spec.region: Required value");
	ck_assert_int_eq(err.status, 422);
	err_done(&err);
}
END_TEST

START_TEST(dual_stack_cannot_be_switched_off)
{
	struct shoot_spec on = read_shoot(SHOOT), off = read_shoot(SHOOT);
	struct err err = ERR_INIT;
	struct json *config;

	config = json_get_mut(
		json_get_mut(json_get_mut(json_get_mut(off.manifest, "spec"), "provider"),
			     "infrastructureConfig"),
		"dualStack");
	json_set_bool(config, "enabled", false);
	ck_assert(shoot_check_update(&off, &on, &err));
	ck_assert(!shoot_check_update(&on, &off, &err));
	ck_assert_ptr_nonnull(
		strstr(err_text(&err), "field can't be changed from \"true\" to \"false\""));
	err_done(&err);
	shoot_spec_done(&on);
	shoot_spec_done(&off);
}
END_TEST

START_TEST(a_family_may_be_added_to_ipv4_and_taken_back)
{
	struct shoot_spec ipv4 = read_shoot(SHOOT), both = read_shoot(SHOOT);
	struct shoot_spec turned = read_shoot(SHOOT);
	struct err err = ERR_INIT;

	json_set(json_get_mut(json_get_mut(both.manifest, "spec"), "networking"), "ipFamilies",
		 test_json("['IPv4','IPv6']"));
	json_set(json_get_mut(json_get_mut(turned.manifest, "spec"), "networking"), "ipFamilies",
		 test_json("['IPv6','IPv4']"));
	ck_assert(shoot_check_update(&ipv4, &both, &err));
	ck_assert(shoot_families_grow(&ipv4, &both));
	ck_assert(shoot_check_update(&both, &ipv4, &err));
	ck_assert(!shoot_families_grow(&both, &ipv4));
	ck_assert(!shoot_check_update(&both, &turned, &err));
	ck_assert_ptr_nonnull(strstr(
		err_text(&err), "spec.networking.ipFamilies: Forbidden: unsupported IP family "
				"update: oldIPFamilies=[IPv4 IPv6], newIPFamilies=[IPv6 IPv4]"));
	err_done(&err);
	shoot_spec_done(&ipv4);
	shoot_spec_done(&both);
	shoot_spec_done(&turned);
}
END_TEST

START_TEST(infrastructure_carries_the_config_as_it_is_and_the_wish_to_reconcile)
{
	struct shoot_spec spec = read_shoot(SHOOT);
	_cleanup_(json_freep) struct json *object = shoot_infrastructure(&spec, "now");
	_cleanup_(json_freep) struct json *quiet = shoot_infrastructure(&spec, NULL);

	ck_assert_str_eq(json_find_str(object, "metadata", "namespace", NULL), "shoot--qa--demo");
	ck_assert_str_eq(
		json_find_str(object, "metadata", "annotations", "gardener.cloud/operation", NULL),
		"reconcile");
	ck_assert_ptr_null(json_find(quiet, "metadata", "annotations", NULL));
	ck_assert(json_equal(
		json_find(object, "spec", "providerConfig", NULL),
		json_find(spec.manifest, "spec", "provider", "infrastructureConfig", NULL)));
	ck_assert_str_eq(json_find_str(object, "spec", "secretRef", "name", NULL), "cloudprovider");
	shoot_spec_done(&spec);
}
END_TEST

START_TEST(a_cluster_never_shows_the_extension_an_empty_family_list)
{
	struct shoot_spec spec;
	_cleanup_(json_freep) struct json *object = NULL, *manifest = test_json(SHOOT);
	struct err err = ERR_INIT;

	json_remove(json_get_mut(json_get_mut(manifest, "spec"), "networking"), "ipFamilies");
	ck_assert(shoot_read(manifest, &spec, &err));
	object = shoot_cluster(&spec);
	ck_assert_str_eq(json_str(json_at(json_find(object, "spec", "shoot", "spec", "networking",
						    "ipFamilies", NULL),
					  0)),
			 "IPv4");
	shoot_spec_done(&spec);
}
END_TEST

START_TEST(variables_come_out_of_the_status_and_a_missing_public_subnet_is_gardeners_error)
{
	struct shoot_spec spec = read_shoot(SHOOT);
	_cleanup_(json_freep) struct json *status = test_json(
		"{'vpc':{'id':'vpc-1','subnets':[{'purpose':'nodes','id':'subnet-1','zone':'a'},"
		"{'purpose':'public','id':'subnet-2','zone':'b'}]}}");
	_cleanup_(json_freep) struct json *bare = test_json("{'vpc':{'id':'vpc-1'}}");
	_cleanup_(json_freep) struct json *variables = NULL;
	struct err err = ERR_INIT;

	ck_assert(shoot_variables(&spec, status, &variables, &err));
	ck_assert_str_eq(json_get_str(variables, "vpc-id"), "vpc-1");
	ck_assert_str_eq(json_get_str(variables, "public-subnet-id"), "subnet-2");
	ck_assert_str_eq(json_get_str(variables, "zone"), "b");
	ck_assert_str_eq(json_get_str(variables, "node-ip-families"), "NodeIPFamilies=\"ipv4\"");
	json_free(steal(variables));
	ck_assert(!shoot_variables(&spec, bare, &variables, &err));
	ck_assert_ptr_nonnull(strstr(err_text(&err), "could not determine subnet"));
	err_done(&err);
	shoot_spec_done(&spec);
}
END_TEST

START_TEST(the_ssh_key_is_well_formed_and_always_the_same)
{
	_cleanup_(freep) char *key = ssh_public_key("x"), *again = ssh_public_key("x");
	_cleanup_(freep) char *other = ssh_public_key("y");
	_cleanup_(freep) uint8_t *bytes = NULL;
	size_t length;

	ck_assert_str_eq(key, again);
	ck_assert_str_ne(key, other);
	ck_assert(base64_decode(key + strlen("ssh-rsa "), strlen(key) - strlen("ssh-rsa "), &bytes,
				&length));
	ck_assert_uint_eq(length, 4 + 7 + 4 + 3 + 4 + 257);
	ck_assert_mem_eq(bytes + 4, "ssh-rsa", 7);
}
END_TEST

START_TEST(render_shows_the_flags_of_the_chart)
{
	_cleanup_(json_freep) struct json *manifest = test_json(SHOOT), *list = NULL;
	_cleanup_(freep) char *text = NULL;
	struct err err = ERR_INIT;

	ck_assert_msg(environment_render(manifest, &list, &err), "%s", err_text(&err));
	text = json_to_text(list);
	ck_assert_ptr_nonnull(strstr(text, "--default-tags=KubernetesCluster=shoot--qa--demo,"
					   "kubernetes.io/cluster/shoot--qa--demo=owned"));
	ck_assert_ptr_nonnull(strstr(text, "\"kind\":\"Infrastructure\""));
	ck_assert_ptr_nonnull(strstr(text, "--aws-vpc-id=<vpc-id>"));
}
END_TEST

START_TEST(an_unknown_variable_of_a_definition_names_file_and_variable)
{
	struct controller_definition *definition = NULL;
	_cleanup_(json_freep) struct json *variables = json_new_object();
	_cleanup_(freep) char *text = NULL;
	struct err err = ERR_INIT;

	ck_assert(controller_definition_load("load-balancer-controller", &definition, &err));
	json_set_str(variables, "known", "yes");
	ck_assert(controller_definition_expand(definition, "a ${known} b", variables, &text, &err));
	ck_assert_str_eq(text, "a yes b");
	free(steal(text));
	ck_assert(!controller_definition_expand(definition, "${nope}", variables, &text, &err));
	ck_assert_ptr_nonnull(strstr(err_text(&err), "load-balancer-controller.yaml"));
	ck_assert_ptr_nonnull(strstr(err_text(&err), "unknown variable \"${nope}\""));
	err_done(&err);
	controller_definition_free(definition);
}
END_TEST

START_TEST(a_controller_that_is_not_installed_says_which_command_helps)
{
	_cleanup_(freep) char *reason = NULL;

	setenv("SKYRIG_CACHE", "/nowhere", 1);
	ck_assert(!environment_has("load-balancer-controller", NULL, NULL, &reason));
	ck_assert_str_eq(reason, "load-balancer-controller v3.3.0 is not installed; run: "
				 "tools/controllers/install load-balancer-controller");
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		the_technical_id_is_project_and_name,
		a_shoot_without_region_is_refused_with_its_field,
		dual_stack_cannot_be_switched_off,
		a_family_may_be_added_to_ipv4_and_taken_back,
		infrastructure_carries_the_config_as_it_is_and_the_wish_to_reconcile,
		a_cluster_never_shows_the_extension_an_empty_family_list,
		variables_come_out_of_the_status_and_a_missing_public_subnet_is_gardeners_error,
		the_ssh_key_is_well_formed_and_always_the_same,
		render_shows_the_flags_of_the_chart,
		an_unknown_variable_of_a_definition_names_file_and_variable,
		a_controller_that_is_not_installed_says_which_command_helps,
		NULL,
	};

	return suite_main("shoot", tests);
}
