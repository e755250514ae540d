/* The scenario's words for kinds are the emulator's names, with the same shapes. */
#include <check.h>

#include "emulator/model/aws_model.h"
#include "emulator/model/kube_model.h"
#include "emulator/world/doc.h"
#include "runner/schema/kinds.h"

extern const struct kind kind_classic_load_balancer, kind_dhcp_options,
	kind_egress_only_internet_gateway, kind_elastic_ip, kind_iam_role, kind_instance,
	kind_instance_profile, kind_internet_gateway, kind_key_pair, kind_listener,
	kind_load_balancer, kind_nat_gateway, kind_network_interface, kind_route, kind_route_table,
	kind_route_table_association, kind_rule, kind_security_group, kind_security_group_rule,
	kind_subnet, kind_subnet_cidr_reservation, kind_target, kind_target_group, kind_vpc,
	kind_vpc_endpoint, kind_vpc_peering_connection, kind_carrier_gateway, kind_s3_bucket,
	kind_managed_prefix_list, kind_flow_log, kind_ipam, kind_ipam_scope, kind_ipam_pool,
	kind_ipam_pool_cidr, kind_ipam_pool_allocation, kind_volume, kind_placement_group,
	kind_launch_template, kind_vpc_endpoint_service, kind_vpn_gateway, kind_customer_gateway,
	kind_iam_instance_profile_association, kind_image, kind_snapshot, kind_vpn_connection,
	kind_host, kind_instance_event_window;

static const struct kind *const kinds[] = {
	&kind_classic_load_balancer,
	&kind_dhcp_options,
	&kind_egress_only_internet_gateway,
	&kind_elastic_ip,
	&kind_iam_role,
	&kind_instance,
	&kind_instance_profile,
	&kind_internet_gateway,
	&kind_key_pair,
	&kind_listener,
	&kind_load_balancer,
	&kind_nat_gateway,
	&kind_network_interface,
	&kind_route,
	&kind_route_table,
	&kind_route_table_association,
	&kind_rule,
	&kind_security_group,
	&kind_security_group_rule,
	&kind_subnet,
	&kind_subnet_cidr_reservation,
	&kind_target,
	&kind_target_group,
	&kind_vpc,
	&kind_vpc_endpoint,
	&kind_vpc_peering_connection,
	&kind_carrier_gateway,
	&kind_vpn_connection,
	&kind_customer_gateway,
	&kind_vpn_gateway,
	&kind_managed_prefix_list,
	&kind_s3_bucket,
	&kind_flow_log,
	&kind_ipam,
	&kind_ipam_scope,
	&kind_ipam_pool,
	&kind_ipam_pool_cidr,
	&kind_ipam_pool_allocation,
	&kind_iam_instance_profile_association,
	&kind_host,
	&kind_instance_event_window,
	&kind_image,
	&kind_snapshot,
	&kind_volume,
	&kind_placement_group,
	&kind_launch_template,
	&kind_vpc_endpoint_service,
};

START_TEST(every_aws_word_is_a_kind_of_the_emulator_with_the_same_shape)
{
	size_t words = 0;

	for (size_t i = 0; i < object_kind_count; i++)
		words += object_kinds[i].shape != NULL;
	ck_assert_uint_eq(words, array_size(kinds));
	for (size_t i = 0; i < array_size(kinds); i++) {
		const struct object_kind *kind = object_kind(kinds[i]->name);

		ck_assert_msg(kind, "%s", kinds[i]->name);
		ck_assert_str_eq(kind->shape, kinds[i]->shape);
	}
}
END_TEST

START_TEST(every_shape_is_in_the_models)
{
	for (size_t i = 0; i < object_kind_count; i++) {
		const char *shape = object_kinds[i].shape;
		const char *colon = shape ? strchr(shape, ':') : NULL;
		_cleanup_(freep) char *service = NULL;

		if (!shape)
			continue;
		service = xstrndup(shape, (size_t)(colon - shape));
		ck_assert_msg(aws_model_shape(aws_model_find(service), colon + 1), "%s", shape);
	}
}
END_TEST

START_TEST(every_built_in_kubernetes_word_is_served_by_the_model)
{
	size_t built_in = 0;

	for (size_t i = 0; i < object_kind_count; i++) {
		const struct object_kind *kind = &object_kinds[i];
		const struct kube_resource *resource;

		if (!kind->kube_kind)
			continue;
		resource = kube_model_resource(kind->group, kind->version, kind->resource);
		if (!resource)
			continue; /* a CRD's */
		ck_assert_str_eq(resource->kind, kind->kube_kind);
		ck_assert_int_eq(resource->namespaced, kind->namespaced);
		built_in++;
	}
	ck_assert_uint_eq(built_in, 12);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kinds");
	TCase *tcase = tcase_create("kinds");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, every_aws_word_is_a_kind_of_the_emulator_with_the_same_shape);
	tcase_add_test(tcase, every_shape_is_in_the_models);
	tcase_add_test(tcase, every_built_in_kubernetes_word_is_served_by_the_model);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
