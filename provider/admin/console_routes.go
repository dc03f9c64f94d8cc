package admin

import (
	"context"
	"net/http"
	"slices"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/web"
)

// Routes returns all of them. A path of a more particular page stands before
// the one with a variable in its place.
func (c *Console) Routes() []web.Route {
	get := web.Page
	backs := map[string]form{}
	post := func(path, name string, f form) web.Route {
		backs[path] = f
		return web.Form(path, name, c.post(f))
	}
	consumer, user, request := consumersPath+"/{key}", usersPath+"/{name}", requestsPath+"/{id}"
	all := []web.Route{
		get(root, "admin_overview", c.page(c.serveOverview)),
		get(root+"confirm", "admin_confirm", c.careful(c.serveConfirmed)),
		get(consumersPath, "admin_consumers", c.page(c.serveConsumers)),
		get(newConsumerPath, "admin_consumer_new", c.careful(c.serveNewConsumer)),
		post(newConsumerPath, "admin_consumer_new", c.addConsumer()),
		post(secretPath, "admin_secret", form{show: c.downloadRefused, back: func(*http.Request) string { return consumersPath }, do: c.serveDownload}),
		get(consumer, "admin_consumer", c.page(c.serveConsumer)),
		get(consumer+"/rotate", "admin_consumer_rotate", c.careful(c.serveRotate)),
		post(consumer+"/rotate", "admin_consumer_rotate", c.rotated()),
		get(consumer+"/public-key", "admin_consumer_key", c.careful(c.servePublicKey)),
		post(consumer+"/public-key", "admin_consumer_key", c.keyReplaced()),
		get(consumer+"/two-legged", "admin_consumer_two_legged", c.careful(c.serveTwoLegged)),
		post(consumer+"/two-legged", "admin_consumer_two_legged", c.twoLegged()),
		get(consumer+"/remove", "admin_consumer_remove", c.careful(c.serveRemove)),
		post(consumer+"/remove", "admin_consumer_remove", c.removed()),
		post(consumer+"/debug", "admin_consumer_change", c.debugged()),
		post(consumer+"/end-grace", "admin_consumer_change", c.pressed("incoming", "grace_ended", true, c.endGrace)),
		post(consumer+"/enable", "admin_consumer_change", c.pressed("incoming", "enabled", true, of(c.api.EnableConsumer))),
		post(consumer+"/disable", "admin_consumer_change", c.pressed("incoming", "disabled", false, of(c.api.DisableConsumer))),
		post(consumer+"/approve", "admin_consumer_change", c.pressed("details", "approved", true, of(c.api.ApproveConsumer))),

		get(tokensPath, "admin_tokens", c.page(c.serveTokens)),
		get(tokensPath+"/revoke", "admin_tokens_revoke", c.page(c.serveRevoke)),
		post(tokensPath+"/revoke", "admin_tokens_revoke", c.tokensRevoked()),
		get(tokensPath+"/{id}", "admin_token", c.page(c.serveToken)),
		post(tokensPath+"/{id}/revoke", "admin_token", c.tokenRevoked()),

		get(usersPath, "admin_users", c.page(c.serveUsers)),
		get(newUserPath, "admin_user_new", c.careful(c.serveNewUser)),
		post(newUserPath, "admin_user_new", c.addUser()),
		get(user, "admin_user", c.page(c.serveUser)),
		post(user+"/enable", "admin_user_change", c.userPressed("enabled", c.api.EnableUser)),
		post(user+"/disable", "admin_user_change", c.userPressed("disabled", c.api.DisableUser)),
		post(user+"/groups", "admin_user_change", c.groupsSaved()),
		post(user+"/password", "admin_user_change", c.passwordSet()),
		get(user+"/remove", "admin_user_remove", c.careful(c.serveRemoveUser)),
		post(user+"/remove", "admin_user_remove", c.userRemoved()),

		get(requestsPath, "admin_requests", c.page(c.serveRequests)),
		get(request, "admin_request", c.page(c.serveRequest)),
		post(request, "admin_request", c.compared()),
		get(auditPath, "admin_audit", c.page(c.serveAudit)),
		get(auditPath+"/export", "admin_audit_export", c.page(c.serveAuditExport)),
		get(configPath, "admin_config", c.page(c.serveConfig)),
		post(configPath+"/reload", "admin_config", c.reloaded()),
	}
	for _, name := range tabs {
		all = append(all, post(consumer+"/"+name, "admin_consumer_change", c.saved(name)))
	}
	return append(all, c.returns(all, backs)...)
}

// returns are for whoever asks for the address that a form has left in the browser
// when it was not taken: they get the page that the form stands on.
func (c *Console) returns(all []web.Route, backs map[string]form) (gets []web.Route) {
	for _, r := range all {
		there := func(other web.Route) bool { return other.Method == http.MethodGet && other.Path == r.Path }
		if slices.ContainsFunc(all, there) {
			continue
		}
		back := backs[r.Path].back
		gets = append(gets, web.Route{Method: http.MethodGet, Path: r.Path, Name: r.Name, Handler: c.page(func(w http.ResponseWriter, r *http.Request) error {
			web.SeeOther(w, back(r))
			return nil
		})})
	}
	return gets
}

// of leaves the consumer out that a call answers with.
func of(call func(context.Context, string) (adminapi.Consumer, error)) func(context.Context, string) error {
	return func(ctx context.Context, key string) error {
		_, err := call(ctx, key)
		return err
	}
}
