/* emulator/world/index.c */
#include "tests/lib/suite.h"
#include "tests/lib/world.h"

static void by_vpc(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_str(doc, "VpcId"));
}

static void by_member(const struct doc *doc, struct terms *terms)
{
	json_foreach (item, json_get(doc->body, "Members"))
		terms_add(terms, json_str(item));
}

static const struct kind_index indexes[] = {{"vpc", by_vpc}, {"member", by_member}, {NULL, NULL}};
static const struct kind kind_net = {.name = "net", .indexes = indexes};

/* The keys found, one after the other. */
static const char *found(struct docs *docs)
{
	static char text[64];

	text[0] = '\0';
	for (size_t i = 0; i < docs->count; i++) {
		ck_assert_uint_lt(strlen(text) + strlen(docs->items[i]->key), sizeof(text));
		memcpy(text + strlen(text), docs->items[i]->key, strlen(docs->items[i]->key) + 1);
	}
	docs_done(docs);
	return text;
}

static const char *lookup(const struct world *w, const char *index, const char *term)
{
	struct docs docs = {0};

	world_lookup(w, &kind_net, index, term, &docs);
	ck_assert_uint_eq(world_lookup_count(w, &kind_net, index, term), docs.count);
	ck_assert_ptr_eq(world_lookup_one(w, &kind_net, index, term),
			 docs.count ? docs.items[0] : NULL);
	return found(&docs);
}

static const char *lookup_tag(const struct world *w, const char *tag, const char *value)
{
	struct docs docs = {0};

	world_lookup_tag(w, &kind_net, tag, value, &docs);
	return found(&docs);
}

static struct world *three_nets(void)
{
	struct world *w = test_world(PROFILE_AWS);

	test_add(w, "operator", &kind_net, "a", "{'VpcId':'v1','Members':['x','y','x']}",
		 "{'Name':'n','role':''}");
	test_add(w, "operator", &kind_net, "b", "{'VpcId':'v2','Members':['y']}", "{'Name':'m'}");
	test_add(w, "operator", &kind_net, "c", "{'VpcId':'v1'}", NULL);
	return w;
}

START_TEST(documents_are_found_under_each_of_their_terms)
{
	struct world *w = three_nets();

	ck_assert_str_eq(lookup(w, "vpc", "v1"), "ac");
	ck_assert_str_eq(lookup(w, "vpc", "v2"), "b");
	ck_assert_str_eq(lookup(w, "vpc", "v3"), "");
	ck_assert_str_eq(lookup(w, "member", "x"), "a"); /* once, though it is named twice */
	ck_assert_str_eq(lookup(w, "member", "y"), "ab");
	ck_assert_str_eq(lookup(w, "member", "v1"), ""); /* that is the other index's */
	world_free(w);
}
END_TEST

START_TEST(nothing_is_found_where_there_never_was_a_document)
{
	struct world *w = test_world(PROFILE_AWS);

	ck_assert_str_eq(lookup(w, "vpc", "v1"), "");
	ck_assert_str_eq(lookup_tag(w, "Name", NULL), "");
	world_free(w);
}
END_TEST

START_TEST(a_document_that_joins_later_stands_in_the_order_of_making)
{
	struct world *w = three_nets();

	test_put(w, "operator", &kind_net, "b", "{'VpcId':'v1'}");
	ck_assert_str_eq(lookup(w, "vpc", "v1"), "abc");
	ck_assert_str_eq(lookup(w, "vpc", "v2"), "");
	ck_assert_str_eq(lookup(w, "member", "y"), "a");
	test_put(w, "operator", &kind_net, "a", "{'VpcId':'v2','Members':['y','z','x']}");
	ck_assert_str_eq(lookup(w, "vpc", "v1"), "bc");
	ck_assert_str_eq(lookup(w, "member", "z"), "a");
	test_put(w, "operator", &kind_net, "a", "{'VpcId':'v1'}");
	ck_assert_str_eq(lookup(w, "vpc", "v1"), "abc");
	world_free(w);
}
END_TEST

START_TEST(a_removed_document_is_found_no_more)
{
	struct world *w = three_nets();

	test_remove(w, "operator", &kind_net, "a");
	ck_assert_str_eq(lookup(w, "vpc", "v1"), "c");
	ck_assert_str_eq(lookup(w, "member", "x"), "");
	ck_assert_str_eq(lookup_tag(w, "Name", NULL), "b");
	world_free(w);
}
END_TEST

START_TEST(tags_are_found_by_key_and_by_value)
{
	struct world *w = three_nets();
	struct call *call;

	ck_assert_str_eq(lookup_tag(w, "Name", NULL), "ab");
	ck_assert_str_eq(lookup_tag(w, "Name", "m"), "b");
	ck_assert_str_eq(lookup_tag(w, "Name", ""), "");
	ck_assert_str_eq(lookup_tag(w, "role", ""), "a");
	ck_assert_str_eq(lookup_tag(w, "Na", NULL), "");
	call = test_call(w, "operator");
	world_put_tags(call, &kind_net, "b", test_json("{'Name':'n'}"));
	call_commit(call, 200);
	ck_assert_str_eq(lookup_tag(w, "Name", "n"), "ab");
	ck_assert_str_eq(lookup_tag(w, "Name", "m"), "");
	world_free(w);
}
END_TEST

START_TEST(a_failed_call_leaves_the_indexes_as_they_were)
{
	struct world *w = three_nets();
	struct call *call = test_call(w, "operator");

	world_put_all(call, &kind_net, "a", test_json("{'VpcId':'v2'}"), test_json("{'T':'t'}"),
		      NULL);
	world_remove(call, &kind_net, "c");
	world_add(call, (struct doc_spec){.kind = &kind_net,
					  .key = "d",
					  .body = test_json("{'VpcId':'v1'}"),
					  .tags = test_json("{'Name':'n'}")});
	ck_assert_str_eq(lookup(w, "vpc", "v1"), "d"); /* the call itself sees it at once */
	call_fail(call, 400, "X", "x");
	ck_assert_str_eq(lookup(w, "vpc", "v1"), "ac");
	ck_assert_str_eq(lookup(w, "member", "x"), "a");
	ck_assert_str_eq(lookup_tag(w, "Name", "n"), "a");
	ck_assert_str_eq(lookup_tag(w, "T", NULL), "");
	world_free(w);
}
END_TEST

START_TEST(a_lookup_does_not_grow_with_the_world)
{
	struct world *w = test_world(PROFILE_AWS);
	struct call *call = test_call(w, "operator");
	int64_t start;

	for (int i = 0; i < 100000; i++) {
		_cleanup_(freep) char *key = xasprintf("net-%d", i);
		struct json *body = json_new_object();

		json_setf(body, "VpcId", "vpc-%d", i / 2);
		world_add(call, (struct doc_spec){.kind = &kind_net, .key = key, .body = body});
	}
	call_commit(call, 200);
	start = clock_monotonic_ms();
	for (int i = 0; i < 100000; i++)
		ck_assert_uint_eq(world_lookup_count(w, &kind_net, "vpc", "vpc-777"), 2);
	ck_assert_int_lt(clock_monotonic_ms() - start, 2000); /* measured: 10 ms */
	world_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		documents_are_found_under_each_of_their_terms,
		nothing_is_found_where_there_never_was_a_document,
		a_document_that_joins_later_stands_in_the_order_of_making,
		a_removed_document_is_found_no_more,
		tags_are_found_by_key_and_by_value,
		a_failed_call_leaves_the_indexes_as_they_were,
		a_lookup_does_not_grow_with_the_world,
		NULL,
	};

	return suite_main("index", tests);
}
