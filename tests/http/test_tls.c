/* emulator/http/tls.c and peer.c, with libcurl (OpenSSL) as the client: a thread of its own asks
 * while this one turns the loop. */
#include <curl/curl.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "emulator/http/tls.h"
#include "tests/http/rig.h"
#include "tests/lib/suite.h"

/* A CA, a server certificate of it, and a rig that asks for client certificates of that CA. */
struct secure_rig {
	struct rig rig;
	struct tls_pair ca, server;
};

/* One request by libcurl. */
struct fetch {
	char *url;
	const char *ca_pem;
	const struct tls_pair *client; /* NULL: none */
	unsigned repeat;	       /* on one connection */
	CURLcode result;
	long status, connects;
	struct strbuf body;
	atomic_bool done;
};

static size_t keep_body(char *bytes, size_t size, size_t n, void *userdata)
{
	struct strbuf *body = userdata;

	strbuf_add_bytes(body, bytes, size * n);
	return body->overflow ? 0 : size * n; /* then libcurl gives up */
}

static struct curl_blob blob_of(const char *text)
{
	struct curl_blob blob = {(void *)(uintptr_t)text, strlen(text), CURL_BLOB_COPY};

	return blob;
}

static void *fetch_thread(void *userdata)
{
	struct fetch *fetch = userdata;
	CURL *curl = curl_easy_init();
	struct curl_blob ca = blob_of(fetch->ca_pem), certificate, key;
	long connects;

	curl_easy_setopt(curl, CURLOPT_URL, fetch->url);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 20000L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &ca);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &fetch->body);
	if (fetch->client) {
		certificate = blob_of(fetch->client->certificate_pem);
		key = blob_of(fetch->client->key_pem);
		curl_easy_setopt(curl, CURLOPT_SSLCERT_BLOB, &certificate);
		curl_easy_setopt(curl, CURLOPT_SSLKEY_BLOB, &key);
	}
	for (unsigned i = 0; i <= fetch->repeat; i++) {
		strbuf_reset(&fetch->body);
		fetch->result = curl_easy_perform(curl);
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &fetch->status);
		curl_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &connects);
		fetch->connects += connects;
	}
	curl_easy_cleanup(curl);
	fetch->done = true;
	return NULL;
}

static void fetch_run(struct fetch *fetch, struct rig *rig, const char *host, const char *path,
		      const char *ca_pem, const struct tls_pair *client)
{
	pthread_t thread;

	fetch->url =
		xasprintf("https://%s:%u%s", host, (unsigned)http_server_port(rig->server), path);
	fetch->ca_pem = ca_pem;
	fetch->client = client;
	strbuf_init(&fetch->body, 64 << 20);
	ck_assert_int_eq(pthread_create(&thread, NULL, fetch_thread, fetch), 0);
	while (!fetch->done)
		loop_turn(rig->loop, 1);
	pthread_join(thread, NULL);
	free(steal(fetch->url));
}

static void make_or_fail(bool made, const struct err *err)
{
	ck_assert_msg(made, "%s", err_text(err));
}

static void secure_open(struct secure_rig *rig)
{
	static const char *const names[] = {"localhost", "127.0.0.1", "kubernetes.default.svc",
					    "::1", NULL};
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct http_options options = {.body_max_bytes = 1 << 20, .listen_fd = -1};

	make_or_fail(tls_make_ca("skyrig", &rig->ca, &err), &err);
	make_or_fail(tls_make_server(&rig->ca, names, &rig->server, &err), &err);
	options.certificate_pem = rig->server.certificate_pem;
	options.key_pem = rig->server.key_pem;
	options.client_ca_pem = rig->ca.certificate_pem;
	rig_open(&rig->rig, &options);
}

static void secure_close(struct secure_rig *rig)
{
	rig_close(&rig->rig);
	tls_pair_done(&rig->ca);
	tls_pair_done(&rig->server);
}

static void expect_who(struct secure_rig *rig, const struct tls_pair *client, const char *who)
{
	struct fetch fetch = {0};

	fetch_run(&fetch, &rig->rig, "127.0.0.1", "/who", rig->ca.certificate_pem, client);
	ck_assert_msg(fetch.result == CURLE_OK, "%s", curl_easy_strerror(fetch.result));
	ck_assert_str_eq(strbuf_text(&fetch.body), who);
	strbuf_done(&fetch.body);
}

static struct tls_pair make_client(const struct tls_pair *ca, const char *user,
				   const char *const *groups)
{
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct tls_pair pair = {NULL, NULL};

	make_or_fail(tls_make_client(ca, user, groups, &pair, &err), &err);
	return pair;
}

static X509 *parse_certificate(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);

	BIO_free(bio);
	ck_assert_ptr_nonnull(certificate);
	return certificate;
}

/* Signs the certificate anew after a change to its dates. */
static void change_dates(struct tls_pair *pair, const struct tls_pair *ca, long begin_seconds,
			 long end_seconds)
{
	X509 *certificate = parse_certificate(pair->certificate_pem);
	BIO *key_bio = BIO_new_mem_buf(ca->key_pem, -1), *out = BIO_new(BIO_s_mem());
	EVP_PKEY *key = PEM_read_bio_PrivateKey(key_bio, NULL, NULL, NULL);
	char *data;
	long length;

	X509_gmtime_adj(X509_getm_notBefore(certificate), begin_seconds);
	X509_gmtime_adj(X509_getm_notAfter(certificate), end_seconds);
	ck_assert_int_gt(X509_sign(certificate, key, EVP_sha256()), 0);
	ck_assert_int_eq(PEM_write_bio_X509(out, certificate), 1);
	length = BIO_get_mem_data(out, &data);
	free(pair->certificate_pem);
	pair->certificate_pem = xstrndup(data, (size_t)length);
	EVP_PKEY_free(key);
	X509_free(certificate);
	BIO_free(key_bio);
	BIO_free(out);
}

START_TEST(without_a_certificate_a_client_is_nobody)
{
	struct secure_rig rig;

	secure_open(&rig);
	expect_who(&rig, NULL, "name=none");
	secure_close(&rig);
}
END_TEST

START_TEST(a_client_certificate_names_its_user_and_groups)
{
	static const char *const groups[] = {"system:masters", "system:authenticated",
					     "Ring \"0\", admins", NULL};
	struct tls_pair admin, lone;
	struct secure_rig rig;

	secure_open(&rig);
	admin = make_client(&rig.ca, "system:serviceaccount:kube-system:aws", groups);
	lone = make_client(&rig.ca, "lone", NULL);
	expect_who(&rig, &admin,
		   "name=system:serviceaccount:kube-system:aws group=system:masters "
		   "group=system:authenticated group=Ring \"0\", admins");
	expect_who(&rig, &lone, "name=lone");
	tls_pair_done(&admin);
	tls_pair_done(&lone);
	secure_close(&rig);
}
END_TEST

START_TEST(a_certificate_of_another_ca_names_nobody)
{
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct tls_pair other, client;
	struct secure_rig rig;

	secure_open(&rig);
	make_or_fail(tls_make_ca("skyrig", &other, &err), &err); /* the same name */
	client = make_client(&other, "admin", NULL);
	expect_who(&rig, &client, "name=none untrusted");
	expect_who(&rig, &rig.server, "name=none untrusted"); /* not for client use */
	tls_pair_done(&client);
	tls_pair_done(&other);
	secure_close(&rig);
}
END_TEST

START_TEST(a_certificate_out_of_its_time_names_nobody)
{
	struct tls_pair old, early;
	struct secure_rig rig;

	secure_open(&rig);
	old = make_client(&rig.ca, "admin", NULL);
	early = make_client(&rig.ca, "admin", NULL);
	change_dates(&old, &rig.ca, -7200, -3600);
	change_dates(&early, &rig.ca, 3600, 7200);
	expect_who(&rig, &old, "name=none expired");
	expect_who(&rig, &early, "name=none expired");
	tls_pair_done(&old);
	tls_pair_done(&early);
	secure_close(&rig);
}
END_TEST

START_TEST(a_client_is_known_on_every_request_of_its_connection)
{
	struct fetch fetch = {.repeat = 5};
	struct tls_pair client;
	struct secure_rig rig;

	secure_open(&rig);
	client = make_client(&rig.ca, "admin", NULL);
	fetch_run(&fetch, &rig.rig, "127.0.0.1", "/who", rig.ca.certificate_pem, &client);
	ck_assert_int_eq(fetch.result, CURLE_OK);
	ck_assert_str_eq(strbuf_text(&fetch.body), "name=admin");
	ck_assert_int_eq(fetch.connects, 1);
	ck_assert_uint_eq(rig.rig.served, 6);
	strbuf_done(&fetch.body);
	tls_pair_done(&client);
	secure_close(&rig);
}
END_TEST

START_TEST(a_server_is_known_by_each_of_its_names)
{
	static const char *const hosts[] = {"localhost", "127.0.0.1"};
	struct secure_rig rig;

	secure_open(&rig);
	for (size_t i = 0; i < array_size(hosts); i++) {
		struct fetch fetch = {0};

		fetch_run(&fetch, &rig.rig, hosts[i], "/short", rig.ca.certificate_pem, NULL);
		ck_assert_msg(fetch.result == CURLE_OK, "%s: %s", hosts[i],
			      curl_easy_strerror(fetch.result));
		strbuf_done(&fetch.body);
	}
	secure_close(&rig);
}
END_TEST

START_TEST(a_server_of_another_ca_is_not_trusted_by_its_clients)
{
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct fetch fetch = {0};
	struct tls_pair other;
	struct secure_rig rig;

	secure_open(&rig);
	make_or_fail(tls_make_ca("other", &other, &err), &err);
	fetch_run(&fetch, &rig.rig, "127.0.0.1", "/short", other.certificate_pem, NULL);
	ck_assert_int_eq(fetch.result, CURLE_PEER_FAILED_VERIFICATION);
	ck_assert_uint_eq(rig.rig.served, 0);
	strbuf_done(&fetch.body);
	tls_pair_done(&other);
	secure_close(&rig);
}
END_TEST

START_TEST(a_big_reply_arrives_whole_over_tls)
{
	struct fetch fetch = {0};
	struct secure_rig rig;

	secure_open(&rig);
	fetch_run(&fetch, &rig.rig, "127.0.0.1", "/big", rig.ca.certificate_pem, NULL);
	ck_assert_int_eq(fetch.result, CURLE_OK);
	ck_assert_uint_eq(fetch.body.length, 8 << 20);
	strbuf_done(&fetch.body);
	secure_close(&rig);
}
END_TEST

/* libmicrohttpd's own words are HTML; a fragment of them in the clear would be worse. */
START_TEST(too_long_a_target_is_refused_over_tls)
{
	_cleanup_(freep) char *path = xcalloc(1, 100 * 1024 + 1);
	struct fetch fetch = {0};
	struct secure_rig rig;

	memset(path, 'q', 100 * 1024);
	*path = '/';
	secure_open(&rig);
	fetch_run(&fetch, &rig.rig, "127.0.0.1", path, rig.ca.certificate_pem, NULL);
	ck_assert_int_eq(fetch.status, 414);
	ck_assert_str_eq(strbuf_text(&fetch.body),
			 "414 URI Too Long: the request's target is too long\n");
	strbuf_done(&fetch.body);
	secure_close(&rig);
}
END_TEST

START_TEST(a_watch_over_tls_whose_client_leaves_is_noticed)
{
	struct fetch fetch = {0};
	struct secure_rig rig;
	pthread_t thread;

	secure_open(&rig);
	fetch.url = xasprintf("https://127.0.0.1:%u/stream",
			      (unsigned)http_server_port(rig.rig.server));
	fetch.ca_pem = rig.ca.certificate_pem;
	strbuf_init(&fetch.body, 3);
	ck_assert_int_eq(pthread_create(&thread, NULL, fetch_thread, &fetch), 0);
	while (!rig.rig.stream)
		loop_turn(rig.rig.loop, 10);
	wire_settle(rig.rig.loop);
	ck_assert(http_stream_write(rig.rig.stream, "event\n", 6));
	while (rig.rig.stream && !fetch.done)
		loop_turn(rig.rig.loop, 10);
	wire_until(rig.rig.loop, &rig.rig.has_closed);
	pthread_join(thread, NULL);
	ck_assert_int_eq(fetch.result, CURLE_WRITE_ERROR);
	ck_assert_uint_eq(rig.rig.closed, 1);
	free(fetch.url);
	strbuf_done(&fetch.body);
	secure_close(&rig);
}
END_TEST

START_TEST(plain_http_to_a_tls_port_harms_nobody)
{
	struct fetch fetch = {0};
	struct secure_rig rig;
	struct wire wire;

	secure_open(&rig);
	wire = rig_wire(&rig.rig);
	wire_send(&wire, "GET /short HTTP/1.1\r\nHost: h\r\n\r\n");
	wire_take_rest(&wire);
	wire_close(&wire);
	wire = rig_wire(&rig.rig); /* leaves in the middle of the handshake */
	wire_send_bytes(&wire, "\x16\x03\x01\x02\x00\x01", 6);
	wire_close(&wire);
	wire_settle(rig.rig.loop);
	fetch_run(&fetch, &rig.rig, "127.0.0.1", "/short", rig.ca.certificate_pem, NULL);
	ck_assert_int_eq(fetch.result, CURLE_OK);
	ck_assert_uint_eq(rig.rig.served, 1);
	strbuf_done(&fetch.body);
	secure_close(&rig);
}
END_TEST

START_TEST(certificates_carry_what_clients_look_for)
{
	struct secure_rig rig;
	struct tls_pair client;
	X509 *ca, *server, *user;

	secure_open(&rig);
	client = make_client(&rig.ca, "admin", NULL);
	ca = parse_certificate(rig.ca.certificate_pem);
	server = parse_certificate(rig.server.certificate_pem);
	user = parse_certificate(client.certificate_pem);
	ck_assert_int_eq(X509_check_ca(ca), 1);
	ck_assert_int_eq(X509_check_ca(server), 0);
	ck_assert_int_eq(X509_check_issued(ca, server), X509_V_OK);
	ck_assert_int_eq(X509_check_issued(ca, user), X509_V_OK);
	ck_assert_int_eq(X509_check_host(server, "kubernetes.default.svc", 0, 0, NULL), 1);
	ck_assert_int_eq(X509_check_host(server, "example.com", 0, 0, NULL), 0);
	ck_assert_int_eq(X509_check_ip_asc(server, "::1", 0), 1);
	ck_assert_int_eq(X509_check_ip_asc(server, "127.0.0.2", 0), 0);
	ck_assert_int_eq(X509_check_purpose(server, X509_PURPOSE_SSL_SERVER, 0), 1);
	ck_assert_int_eq(X509_check_purpose(server, X509_PURPOSE_SSL_CLIENT, 0), 0);
	ck_assert_int_eq(X509_check_purpose(user, X509_PURPOSE_SSL_CLIENT, 0), 1);
	ck_assert_int_ne(
		ASN1_INTEGER_cmp(X509_get0_serialNumber(server), X509_get0_serialNumber(user)), 0);
	X509_free(ca);
	X509_free(server);
	X509_free(user);
	tls_pair_done(&client);
	secure_close(&rig);
}
END_TEST

START_TEST(names_that_do_not_fit_into_a_certificate_are_refused)
{
	static const char *const bad[] = {"", "a,DNS:evil.example", "a b", "IP:1.2.3.4", "\n"};
	static const char long_name[] =
		"12345678901234567890123456789012345678901234567890123456789012345";
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct tls_pair ca, pair = {NULL, NULL}, broken = {NULL, NULL};

	make_or_fail(tls_make_ca("skyrig", &ca, &err), &err);
	for (size_t i = 0; i < array_size(bad); i++) {
		const char *const names[] = {"localhost", bad[i], NULL};

		ck_assert_msg(!tls_make_server(&ca, names, &pair, &err), "%s", bad[i]);
		ck_assert_int_eq(err.code, ERR_INVALID);
	}
	ck_assert(!tls_make_server(&ca, (const char *const[]){NULL}, &pair, &err));
	ck_assert_str_eq(err_text(&err), "a server's certificate needs a name");
	ck_assert(!tls_make_client(&ca, "", NULL, &pair, &err));
	ck_assert_str_eq(err_text(&err), "a certificate's user name is empty");
	ck_assert(!tls_make_client(&ca, long_name, NULL, &pair, &err));
	ck_assert(!tls_make_client(&ca, "a", (const char *const[]){"", NULL}, &pair, &err));
	broken.certificate_pem = broken.key_pem = (char *)(uintptr_t) "no PEM";
	ck_assert(!tls_make_client(&broken, "a", NULL, &pair, &err));
	ck_assert_msg(str_starts_with(err_text(&err),
				      "certificate authority: cannot read a certificate: "),
		      "%s", err_text(&err));
	ck_assert_ptr_null(pair.certificate_pem);
	ck_assert_ptr_null(pair.key_pem);
	tls_pair_done(&ca);
}
END_TEST

START_TEST(an_unusable_certificate_is_refused_at_start)
{
	_cleanup_(err_done) struct err err = ERR_INIT;
	_cleanup_(loop_freep) struct loop *loop = NULL;
	struct http_options options = {.listen_fd = -1,
				       .certificate_pem = "no PEM",
				       .key_pem = "no PEM",
				       .serve = (http_serve_fn *)abort};
	struct http_server *server = NULL;

	ck_assert(loop_new(&loop, &err));
	ck_assert(!http_server_new(loop, &options, &server, &err));
	ck_assert_ptr_null(server);
	ck_assert_int_eq(err.code, ERR_IO);
	ck_assert_ptr_nonnull(strstr(err_text(&err), "certificate, key or CA is unusable"));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		without_a_certificate_a_client_is_nobody,
		a_client_certificate_names_its_user_and_groups,
		a_certificate_of_another_ca_names_nobody,
		a_certificate_out_of_its_time_names_nobody,
		a_client_is_known_on_every_request_of_its_connection,
		a_server_is_known_by_each_of_its_names,
		a_server_of_another_ca_is_not_trusted_by_its_clients,
		a_big_reply_arrives_whole_over_tls,
		too_long_a_target_is_refused_over_tls,
		a_watch_over_tls_whose_client_leaves_is_noticed,
		plain_http_to_a_tls_port_harms_nobody,
		certificates_carry_what_clients_look_for,
		names_that_do_not_fit_into_a_certificate_are_refused,
		an_unusable_certificate_is_refused_at_start,
		NULL,
	};

	curl_global_init(CURL_GLOBAL_ALL);
	return suite_main("tls", tests);
}
