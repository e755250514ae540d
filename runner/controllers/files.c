/* See files.h. */
#include "runner/controllers/files.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/base/digest.h"
#include "emulator/http/tls.h"

/* Below what Linux gives to outgoing connections (ip_local_port_range begins at 32768). */
#define PORT_FIRST 20000
#define PORT_COUNT 12000
#define CA_MAX	   8192 /* bytes of a CA certificate in PEM; ours take some 600 */

bool files_write(const char *path, const char *text, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t length = strlen(text), done = 0;

	if (fd < 0)
		return err_errno(err, "cannot write '%s'", path);
	while (done < length) {
		ssize_t n = write(fd, text + done, length - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			err_errno(err, "cannot write '%s'", path);
			close(fd);
			return false;
		}
		done += (size_t)n;
	}
	close(fd);
	return true;
}

static bool make_certificate(const char *folder, struct err *err)
{
	static const char *const names[] = {"localhost", "127.0.0.1", NULL};
	_cleanup_(tls_pair_done) struct tls_pair ca = {NULL, NULL}, pair = {NULL, NULL};
	_cleanup_(freep) char *certificate = xasprintf("%s/tls.crt", folder);
	_cleanup_(freep) char *key = xasprintf("%s/tls.key", folder);
	_cleanup_(freep) char *authority = xasprintf("%s/ca.crt", folder);

	return tls_make_ca("skyrig-controllers", &ca, err) &&
	       tls_make_server(&ca, names, &pair, err) &&
	       files_write(certificate, pair.certificate_pem, err) &&
	       files_write(key, pair.key_pem, err) &&
	       files_write(authority, ca.certificate_pem, err);
}

bool files_certificate(const char *directory, const char *name, char **ret_ca, struct err *err)
{
	_cleanup_(freep) char *folder = xasprintf("%s/%s", directory, name);
	_cleanup_(freep) char *path = xasprintf("%s/ca.crt", folder);
	char pem[CA_MAX];
	FILE *file;
	size_t length;

	if (mkdir(folder, 0700) == 0) {
		if (!make_certificate(folder, err))
			return false;
	} else if (errno != EEXIST) {
		return err_errno(err, "cannot make folder '%s'", folder);
	} /* else a restart: the certificate of the first start serves */
	file = fopen(path, "re");
	if (!file)
		return err_errno(err, "cannot read '%s'", path);
	length = fread(pem, 1, sizeof(pem), file);
	fclose(file);
	*ret_ca = base64_encode(pem, length);
	return true;
}

static bool is_free(unsigned port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok;

	if (fd < 0)
		return false;
	address.sin_addr.s_addr = htonl(INADDR_ANY);
	ok = bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
	close(fd);
	return ok;
}

/* Not one that the kernel would choose: between this moment and the controller's start some other
 * connection would take it now and then. */
bool files_free_port(unsigned *ret, struct err *err)
{
	static bool given[PORT_COUNT]; /* by this process: nobody may listen there yet */
	uint16_t start;

	digest_random(&start, sizeof(start));
	for (unsigned i = 0; i < PORT_COUNT; i++) {
		unsigned place = (start + i) % PORT_COUNT;

		if (given[place] || !is_free(PORT_FIRST + place))
			continue;
		given[place] = true;
		*ret = PORT_FIRST + place;
		return true;
	}
	return err_set(err, ERR_IO, NULL, "there is no free port from %d to %d", PORT_FIRST,
		       PORT_FIRST + PORT_COUNT - 1);
}

void strs_end(struct strs *strs)
{
	strs->items = xrealloc(strs->items, (strs->count + 1) * sizeof(*strs->items));
	strs->items[strs->count] = NULL;
	strs->room = strs->count + 1;
}
