package admin

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/audit"
	"oauth1d/provider/registry"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// ServeAddConsumer registers an application and answers with its secret, this
// once. POST /api/v1/consumers.
func (h *Handler) ServeAddConsumer(w http.ResponseWriter, r *http.Request) error {
	var n adminapi.NewConsumer
	if err := read(r, &n); err != nil {
		return err
	}
	c, secret, err := h.Registry.Add(r.Context(), registry.Application{
		Key: n.Key, Name: n.Name, Description: n.Description, Publisher: n.Publisher, Contact: n.Contact,
		Verified: n.Verified, Scopes: n.Scopes, Groups: n.Groups, Callbacks: n.Callbacks,
		Methods: n.Methods, Profile: n.Profile, Secret: store.Secret(n.Secret), PublicKey: []byte(n.PublicKey), Terms: terms(n.Terms),
	})
	if err != nil {
		return refuse(err, "consumer", n.Key)
	}
	details := map[string]string{"name": c.Name}
	if c.Verified {
		details["verified"] = "true"
	}
	if err := h.note(r, audit.ConsumerAdded, c.Key, details); err != nil {
		return err
	}
	out := consumer(c, secret, h.Now())
	out.Warnings = h.warnings(c)
	return web.JSON(w, http.StatusCreated, out)
}

// ServeShowConsumer shows one consumer. GET /api/v1/consumers/{key}.
func (h *Handler) ServeShowConsumer(w http.ResponseWriter, r *http.Request) error {
	c, err := h.Registry.Show(r.Context(), r.PathValue("key"))
	if err != nil {
		return refuse(err, "consumer", r.PathValue("key"))
	}
	return web.JSON(w, http.StatusOK, consumer(c, nil, h.Now()))
}

// ServeChangeConsumer changes one. PATCH /api/v1/consumers/{key}.
func (h *Handler) ServeChangeConsumer(w http.ResponseWriter, r *http.Request) error {
	var n adminapi.ConsumerChange
	if err := read(r, &n); err != nil {
		return err
	}
	change := registry.Change{
		Name: n.Name, Description: n.Description, Publisher: n.Publisher, Profile: n.Profile, Contact: n.Contact, Verified: n.Verified,
		Scopes: list(n.Scopes), Groups: list(n.Groups), Callbacks: list(n.Callbacks), Methods: list(n.Methods), Terms: terms(n.Terms),
	}
	details := map[string]string{"changed": changedFields(n)}
	if n.Verified != nil {
		details["verified"] = strconv.FormatBool(*n.Verified)
	}
	c, err := h.Registry.Set(r.Context(), r.PathValue("key"), change)
	return h.changed(w, r, audit.ConsumerChanged, details, c, nil, err)
}

// ServeRotateConsumer replaces the secret or the public key; the old one is void
// at once, or after a grace period. POST /api/v1/consumers/{key}/rotate.
func (h *Handler) ServeRotateConsumer(w http.ResponseWriter, r *http.Request) error {
	var n adminapi.Rotation
	if err := read(r, &n); err != nil {
		return err
	}
	if n.EndGrace {
		if n != (adminapi.Rotation{EndGrace: true}) {
			return refuse(&registry.Invalid{Field: "end_grace", Reason: "ends a rotation and replaces nothing", Advice: "leave the other fields out"}, "consumer", "")
		}
		c, err := h.Registry.EndGrace(r.Context(), r.PathValue("key"))
		return h.changed(w, r, audit.ConsumerRotated, map[string]string{"changed": "grace ended"}, c, nil, err)
	}
	c, secret, err := h.Registry.Rotate(r.Context(), r.PathValue("key"), registry.Rotation{
		Secret: store.Secret(n.Secret), PublicKey: []byte(n.PublicKey), Grace: seconds(n.Grace),
	})
	what := "secret"
	if n.PublicKey != "" {
		what = "public_key"
	}
	return h.changed(w, r, audit.ConsumerRotated, map[string]string{"changed": what, "grace_seconds": strconv.FormatInt(n.Grace, 10)}, c, secret, err)
}

// ServeEnableConsumer lets a consumer in again.
// POST /api/v1/consumers/{key}/enable.
func (h *Handler) ServeEnableConsumer(w http.ResponseWriter, r *http.Request) error {
	c, err := h.Registry.Enable(r.Context(), r.PathValue("key"))
	return h.changed(w, r, audit.ConsumerEnabled, nil, c, nil, err)
}

// ServeDisableConsumer keeps a consumer out, with its tokens, from the next
// request on. POST /api/v1/consumers/{key}/disable.
func (h *Handler) ServeDisableConsumer(w http.ResponseWriter, r *http.Request) error {
	c, err := h.Registry.Disable(r.Context(), r.PathValue("key"))
	return h.changed(w, r, audit.ConsumerDisabled, nil, c, nil, err)
}

// ServeRemoveConsumer deletes a consumer and its tokens.
// DELETE /api/v1/consumers/{key}.
func (h *Handler) ServeRemoveConsumer(w http.ResponseWriter, r *http.Request) error {
	key := r.PathValue("key")
	n, err := h.Registry.Remove(r.Context(), key)
	if err != nil {
		return refuse(err, "consumer", key)
	}
	if err := h.note(r, audit.ConsumerRemoved, key, map[string]string{"tokens_ended": strconv.Itoa(n)}); err != nil {
		return err
	}
	return web.JSON(w, http.StatusOK, adminapi.Ended{Tokens: n})
}

// changed audits a change of a consumer and answers with it.
func (h *Handler) changed(w http.ResponseWriter, r *http.Request, action audit.Action, details map[string]string, c store.Consumer, secret store.Secret, err error) error {
	if err != nil {
		return refuse(err, "consumer", r.PathValue("key"))
	}
	if err := h.note(r, action, c.Key, details); err != nil {
		return err
	}
	out := consumer(c, secret, h.Now())
	out.Warnings = h.warnings(c)
	return web.JSON(w, http.StatusOK, out)
}

// list is nil for nil, and not for an empty list.
func list(l *[]string) []string {
	if l == nil {
		return nil
	}
	return append([]string{}, *l...)
}

// changedFields names what a change replaces, for the audit log. The values are
// in the record; fifty callbacks would not fit into a line.
func changedFields(n adminapi.ConsumerChange) string {
	var names []string
	add := func(name string, there bool) {
		if there {
			names = append(names, name)
		}
	}
	add("name", n.Name != nil)
	add("description", n.Description != nil)
	add("publisher", n.Publisher != nil)
	add("contact", n.Contact != nil)
	add("verified", n.Verified != nil)
	add("scopes", n.Scopes != nil)
	add("groups", n.Groups != nil)
	add("profile", n.Profile != nil)
	add("callbacks", n.Callbacks != nil)
	add("methods", n.Methods != nil)
	add("accept", n.Accept != nil)
	add("body_hash", n.BodyHash != nil)
	add("two_legged", n.TwoLegged != nil)
	add("acts_as", n.ActsAs != nil)
	add("impersonates", n.Impersonates != nil)
	add("access_ttl", n.AccessTTL != nil)
	add("idle_ttl", n.IdleTTL != nil)
	add("debug_for", n.DebugFor != nil)
	return strings.Join(names, ",")
}

// consumer is a consumer as the API shows it, with the secret that was just made.
func consumer(c store.Consumer, secret store.Secret, now time.Time) adminapi.Consumer {
	out := adminapi.Consumer{
		Key: c.Key, Name: c.Name, Description: c.Description, Publisher: c.Publisher,
		Contact: c.Contact, Verified: c.Verified, Scopes: append([]string{}, c.Scopes...), Groups: append([]string{}, c.Groups...),
		Owner: c.Owner, Proposed: maybe(c.Proposed), SecretPending: registry.SecretPending(c),
		Callbacks: append([]string{}, c.Callbacks...), Methods: append([]string{}, c.Methods...),
		Profile: c.Profile, Enabled: !c.Disabled && c.Proposed == 0, Created: when(c.Created), Secret: secret.Reveal(),
		PublicKey: publicKey(c.PublicKey, c.Used.PublicKey), SecretUsed: maybe(c.Used.Secret),
		Accept: append([]string{}, c.Lenient...), BodyHash: c.BodyHash, TwoLegged: c.TwoLegged, ActsAs: c.TwoLeggedUser,
		Impersonates: append([]string{}, c.Impersonates...), AccessTTL: c.AccessTTL, IdleTTL: c.IdleTTL,
	}
	if c.OldUntil > now.Unix() {
		out.Old = &adminapi.OldKeys{
			Until: when(c.OldUntil), Secret: len(c.OldSecret) > 0, SecretUsed: maybe(c.Used.OldSecret),
			PublicKey: publicKey(c.OldPublicKey, c.Used.OldPublicKey),
		}
	}
	if c.DebugUntil > now.Unix() {
		out.DebugUntil = maybe(c.DebugUntil)
	}
	return out
}

// publicKey describes a key that a record holds, if it does.
func publicKey(der []byte, used int64) *adminapi.Key {
	if len(der) == 0 {
		return nil
	}
	info, err := registry.Describe(der)
	if err != nil {
		return nil
	}
	return &adminapi.Key{Type: info.Type, Bits: info.Bits, SHA256: info.SHA256, Used: maybe(used)}
}

// maybe is a time, or nil for never.
func maybe(at int64) *time.Time {
	if at == 0 {
		return nil
	}
	t := when(at)
	return &t
}

func seconds(n int64) time.Duration {
	const most = 200 * 365 * 24 * 60 * 60 // more would not fit
	return time.Duration(max(min(n, most), -most)) * time.Second
}

// terms says in the registry's words what the API says in JSON's.
func terms(t adminapi.Terms) registry.Terms {
	life := func(n *int64) *time.Duration {
		if n == nil {
			return nil
		}
		d := seconds(*n)
		return &d
	}
	return registry.Terms{
		Lenient: t.Accept, BodyHash: t.BodyHash, TwoLegged: t.TwoLegged, TwoLeggedUser: t.ActsAs, Impersonates: t.Impersonates,
		AccessTTL: life(t.AccessTTL), IdleTTL: life(t.IdleTTL), DebugFor: life(t.DebugFor),
	}
}
