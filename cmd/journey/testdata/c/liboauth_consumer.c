/* A consumer made of liboauth and libcurl: JSON jobs in, JSON answers out, a line
 * each. */
#define _GNU_SOURCE
#include <curl/curl.h>
#include <json.h>
#include <oauth.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct json_object *job;
static char body[65536], problem[256];
static size_t length;
static long status;

static const char *get(const char *name) {
	struct json_object *v;
	return json_object_object_get_ex(job, name, &v) ? json_object_get_string(v) : NULL;
}

static size_t on_body(char *p, size_t size, size_t n, void *unused) {
	n *= size;
	if (length + n >= sizeof body) return 0;
	memcpy(body + length, p, n);
	length += n;
	body[length] = 0;
	return n;
}

static size_t on_header(char *p, size_t size, size_t n, void *unused) {
	char line[512];
	snprintf(line, sizeof line, "%.*s", (int)(size * n), p);
	if (!strncasecmp(line, "X-OAuth1-Problem:", 17)) sscanf(line + 17, " %255s", problem);
	return size * n;
}

/* append adds the job's parameters to a query or form, encoded, and to the
 * library's array as they are. */
static char *append(char *to, char sep, const char *name, int *argc, char ***argv) {
	struct json_object *pairs;
	if (!json_object_object_get_ex(job, name, &pairs)) return to;
	for (size_t i = 0; i < json_object_array_length(pairs); i++, sep = '&') {
		struct json_object *p = json_object_array_get_idx(pairs, i);
		const char *k = json_object_get_string(json_object_array_get_idx(p, 0));
		const char *v = json_object_get_string(json_object_array_get_idx(p, 1));
		char *raw, *longer, *ek = oauth_url_escape(k), *ev = oauth_url_escape(v);
		asprintf(&longer, "%s%.1s%s=%s", to, sep ? &sep : "", ek, ev);
		to = longer;
		if (argv) {
			asprintf(&raw, "%s=%s", k, v);
			oauth_add_param_to_array(argc, argv, raw);
		}
	}
	return to;
}

/* ask signs a request and sends it. It returns why it could not. */
static const char *ask(const char *method, const char *to, const char *extra) {
	char **argv = NULL, *url, *form, *words, *header;
	url = append(strdup(to), '?', "query", NULL, NULL);
	int argc = oauth_split_url_parameters(url, &argv);
	form = append("", 0, "form", &argc, &argv);
	if (extra) oauth_add_param_to_array(&argc, &argv, extra);
	OAuthMethod m = strcmp(get("signature_method"), "PLAINTEXT") ? OA_HMAC : OA_PLAINTEXT;
	oauth_sign_array2_process(&argc, &argv, NULL, m, method, get("key"), get("secret"), get("token"), get("token_secret"));
	int in_header = !strcmp(get("via"), "header"), in_form = !strcmp(get("via"), "form");
	words = oauth_serialize_url_sep(argc, 1, argv, in_header ? ", " : "&", in_header ? 6 : 2);
	asprintf(&header, in_header ? "Authorization: OAuth %s" : "X-Nothing:", words);
	if (in_form) asprintf(&form, "%s%s%s", form, *form ? "&" : "", words);
	else if (!in_header) asprintf(&url, "%s%s%s", url, strchr(url, '?') ? "&" : "?", words);

	int has_form = in_form || get("form");
	const char *data = has_form ? form : get("body");
	char kind[128] = "Content-Type:";
	if (get("content_type")) snprintf(kind, sizeof kind, "Content-Type: %s", get("content_type"));
	if (has_form) strcpy(kind, "Content-Type: application/x-www-form-urlencoded");
	struct curl_slist *headers = curl_slist_append(curl_slist_append(NULL, header), kind);
	CURL *c = curl_easy_init();
	length = status = body[0] = problem[0] = 0;
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_CAINFO, get("ca"));
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	if (data || !strcmp(method, "POST")) curl_easy_setopt(c, CURLOPT_POSTFIELDS, data ? data : "");
	curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, method);
	CURLcode rc = curl_easy_perform(c);
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_cleanup(c);
	return rc == CURLE_OK ? NULL : curl_easy_strerror(rc);
}

static void set(struct json_object *o, const char *name, const char *value) {
	json_object_object_add(o, name, json_object_new_string(value));
}

/* find takes a parameter out of a form or query. */
static char *find(const char *s, const char *name) {
	char **argv = NULL;
	int argc = oauth_split_post_paramters(s, &argv, 0);
	for (int i = 0; i < argc; i++)
		if (!strncmp(argv[i], name, strlen(name)) && argv[i][strlen(name)] == '=') return argv[i] + strlen(name) + 1;
	return NULL;
}

static void token(struct json_object *o, const char *url, const char *name, const char *value) {
	char *extra, *there;
	if (!value) return set(o, "error", "no verifier");
	asprintf(&extra, "%s=%s", name, value);
	const char *e = ask("POST", url, extra);
	char *t = find(body, "oauth_token"), *s = find(body, "oauth_token_secret");
	if (e || status != 200 || !t || !s) return set(o, "error", e ? e : body[0] ? body : "no token");
	set(o, "token", t);
	set(o, "secret", s);
	asprintf(&there, "%s?oauth_token=%s", get("authorize_url"), t);
	set(o, "url", there);
}

int main(void) {
	char *line = NULL;
	size_t n = 0;
	while (getline(&line, &n, stdin) > 0) {
		struct json_object *o = json_object_new_object();
		job = json_tokener_parse(line);
		if (!strcmp(get("do"), "request_token")) {
			token(o, get("request_token_url"), "oauth_callback", get("callback"));
		} else if (!strcmp(get("do"), "access_token")) {
			const char *back = get("callback_url");
			token(o, get("access_token_url"), "oauth_verifier", get("verifier") ? get("verifier") : find(strchr(back, '?') + 1, "oauth_verifier"));
		} else {
			const char *e = ask(get("method"), get("url"), NULL);
			if (e) set(o, "error", e);
			json_object_object_add(o, "status", json_object_new_int(status));
			set(o, "problem", problem);
		}
		puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
		fflush(stdout);
	}
}
