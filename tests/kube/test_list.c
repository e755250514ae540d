/* emulator/kube/registry_list.c, selector*.c: lists, pages, selectors. */
#include "emulator/base/json.h"
#include "tests/kube/rig.h"

#define MAPS "/api/v1/namespaces/one/configmaps"

static struct kube_rig rig;

static void with_maps(void)
{
	static const char *const bodies[] = {
		"{'metadata':{'name':'a','labels':{'x':'1'}}}",
		"{'metadata':{'name':'b','labels':{'x':'2','n':'5'}}}",
		"{'metadata':{'name':'c'}}",
		"{'metadata':{'name':'d','labels':{'x':''}}}",
	};

	kube_rig_open(&rig, false);
	kube_must(&rig, "POST", "/api/v1/namespaces", "{'metadata':{'name':'one'}}");
	for (size_t i = 0; i < array_size(bodies); i++)
		kube_must(&rig, "POST", MAPS, bodies[i]);
}

/* The names of the last list: "abc". */
static const char *names(void)
{
	static char text[64];
	size_t n = 0;

	json_foreach (item, json_get(rig.answer, "items")) {
		const char *name = json_find_str(item, "metadata", "name", NULL);

		if (strlen(name) == 1)
			text[n++] = *name;
	}
	text[n] = '\0';
	return text;
}

static const char *listed(const char *query)
{
	_cleanup_(freep) char *path = xasprintf(MAPS "%s", query);

	kube_must(&rig, "GET", path, NULL);
	return names();
}

START_TEST(label_selectors_select)
{
	with_maps();
	ck_assert_str_eq(listed(""), "abcd");
	ck_assert_str_eq(listed("?labelSelector=x%3D1"), "a");
	ck_assert_str_eq(listed("?labelSelector=x%3D%3D2"), "b");
	ck_assert_str_eq(listed("?labelSelector=x!%3D1"), "bcd");
	ck_assert_str_eq(listed("?labelSelector=x"), "abd");
	ck_assert_str_eq(listed("?labelSelector=!x"), "c");
	ck_assert_str_eq(listed("?labelSelector=x%20in%20(1,2)"), "ab");
	ck_assert_str_eq(listed("?labelSelector=x%20notin%20(1,2)"), "cd");
	ck_assert_str_eq(listed("?labelSelector=x%20in%20(1,)"), "ad");
	ck_assert_str_eq(listed("?labelSelector=x%3D"), "d");
	ck_assert_str_eq(listed("?labelSelector=n%3E4"), "b");
	ck_assert_str_eq(listed("?labelSelector=n%3E5"), "");
	ck_assert_str_eq(listed("?labelSelector=x,n%3C6"), "b");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(bad_selectors_are_refused_in_the_parsers_words)
{
	static const struct {
		const char *query, *text;
	} rows[] = {
		{"labelSelector=x%20in%20(a",
		 "unable to parse requirement: found '', expected: ',' or ')'"},
		{"labelSelector=x%20in%20a",
		 "unable to parse requirement: found 'a' expected: '('"},
		{"labelSelector=x,,y", "found ',', expected: identifier after ','"},
		{"labelSelector=%3Dx", "found '=', expected: !, identifier, or 'end of string'"},
		{"labelSelector=x%20y", "unable to parse requirement: found 'y', expected: in, "
					"notin, =, ==, !=, gt, lt"},
		{"fieldSelector=spec.x%3D1", "\"spec.x\" is not a known field selector: only "
					     "\"metadata.name\", \"metadata.namespace\""},
		{"fieldSelector=spec", "invalid selector: 'spec'; can't understand 'spec'"},
	};

	with_maps();
	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(freep) char *path = xasprintf(MAPS "?%s", rows[i].query);

		kube_refused(&rig, "GET", path, NULL, 400, rows[i].text);
	}
	kube_rig_close(&rig);
}
END_TEST

START_TEST(field_selectors_select)
{
	with_maps();
	ck_assert_str_eq(listed("?fieldSelector=metadata.name%3Db"), "b");
	ck_assert_str_eq(listed("?fieldSelector=metadata.name!%3Db"), "acd");
	ck_assert_str_eq(listed("?fieldSelector=metadata.name%3Db,metadata.namespace%3Done"), "b");
	ck_assert_str_eq(listed("?fieldSelector=metadata.name%3Db,metadata.namespace%3Dtwo"), "");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(pages_show_one_state_of_the_world)
{
	_cleanup_(freep) char *next = NULL, *version = NULL;

	with_maps();
	ck_assert_str_eq(listed("?limit=2"), "ab");
	version = xstrdup(kube_text(&rig, "metadata.resourceVersion"));
	ck_assert_str_eq(kube_text(&rig, "metadata.remainingItemCount"), "2");
	next = xasprintf("?limit=2&continue=%s", kube_text(&rig, "metadata.continue"));
	kube_must(&rig, "DELETE", MAPS "/c", NULL);
	kube_must(&rig, "POST", MAPS, "{'metadata':{'name':'e'}}");
	ck_assert_str_eq(listed(next), "cd");
	ck_assert_str_eq(kube_text(&rig, "metadata.resourceVersion"), version);
	ck_assert_str_eq(kube_text(&rig, "metadata.continue"), "");
	ck_assert_str_eq(listed(""), "abde");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(an_exact_version_shows_the_past_and_the_future_is_refused)
{
	_cleanup_(freep) char *past = NULL, *future = NULL, *text = NULL;

	with_maps();
	past = xasprintf("?resourceVersionMatch=Exact&resourceVersion=%llu",
			 (unsigned long long)kube_revision(&rig));
	kube_must(&rig, "DELETE", MAPS "/a", NULL);
	ck_assert_str_eq(listed(past), "abcd");
	future = xasprintf(MAPS "?resourceVersion=%llu",
			   (unsigned long long)kube_revision(&rig) + 1);
	text = xasprintf("Timeout: Too large resource version: %llu, current: %llu",
			 (unsigned long long)kube_revision(&rig) + 1,
			 (unsigned long long)kube_revision(&rig));
	kube_refused(&rig, "GET", future, NULL, 504, text);
	kube_refused(&rig, "GET", MAPS "?resourceVersionMatch=Exact", NULL, 422,
		     "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: "
		     "resourceVersionMatch is forbidden unless resourceVersion is provided");
	kube_refused(&rig, "GET", MAPS "?sendInitialEvents=true", NULL, 422,
		     "ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents: Forbidden: "
		     "sendInitialEvents is forbidden for list");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_list_over_all_namespaces_is_in_the_order_of_keys)
{
	with_maps();
	kube_must(&rig, "POST", "/api/v1/namespaces/default/configmaps",
		  "{'metadata':{'name':'z'}}");
	kube_must(&rig, "GET", "/api/v1/configmaps", NULL);
	ck_assert_str_eq(names(), "zabcd");
	ck_assert_str_eq(kube_text(&rig, "kind"), "ConfigMapList");
	kube_rig_close(&rig);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		label_selectors_select,
		bad_selectors_are_refused_in_the_parsers_words,
		field_selectors_select,
		pages_show_one_state_of_the_world,
		an_exact_version_shows_the_past_and_the_future_is_refused,
		a_list_over_all_namespaces_is_in_the_order_of_keys,
		NULL,
	};

	return suite_main("list", tests);
}
