package admin

import (
	"context"
	"net/http"
	"time"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/audit"
	"oauth1d/provider/web"
)

// ServeStatus says how the daemon does. GET /api/v1/status.
func (h *Handler) ServeStatus(w http.ResponseWriter, r *http.Request) error {
	n, err := h.Store.Stats(r.Context())
	if err != nil {
		return refuse(err, "status", "")
	}
	out := adminapi.Status{
		Version: h.Version, PublicURL: h.PublicURL, StoreID: h.Store.Identity().ID, Started: h.Started.UTC(),
		Consumers: n.Consumers, Disabled: n.DisabledConsumers, Users: n.Users, Requests: n.RequestTokens, Tokens: n.AccessTokens,
		Sessions: n.Sessions, Nonces: n.Nonces, StoreBytes: n.SizeBytes, NonceBytes: n.NonceBytes,
		AuditHead: h.Audit.Head().String(), Ready: true,
	}
	if err := h.Ready(r.Context()); err != nil {
		out.Ready, out.NotReadyText = false, err.Error()
	}
	return web.JSON(w, http.StatusOK, out)
}

// ServeCheck reads the whole store and says what is wrong with it.
// POST /api/v1/check.
func (h *Handler) ServeCheck(w http.ResponseWriter, r *http.Request) error {
	patient(w)
	problems, err := h.Store.Check(r.Context())
	if err != nil {
		return refuse(err, "check", "")
	}
	return web.JSON(w, http.StatusOK, adminapi.Problems{Problems: append([]string{}, problems...)})
}

// ServeBackup streams a copy of the store. POST /api/v1/backup.
func (h *Handler) ServeBackup(w http.ResponseWriter, r *http.Request) error {
	if err := h.note(r, audit.StoreBackedUp, h.Store.Identity().ID, nil); err != nil {
		return err
	}
	patient(w)
	w.Header().Set("Content-Type", "application/octet-stream")
	if err := h.Store.Backup(r.Context(), w); err != nil {
		h.noteFailedBackup(r, err)
		return &web.Error{Status: http.StatusInternalServerError, Code: "backup_failed", Err: err,
			Sentence: "the backup failed: " + err.Error()}
	}
	now := h.Now()
	h.backedUp.Set(float64(now.Unix()))
	h.backups.done(now)
	return nil
}

// noteFailedBackup takes down that what was begun has failed. There is an error to
// be told already; another one of the audit log's would add nothing.
func (h *Handler) noteFailedBackup(r *http.Request, cause error) {
	_ = h.Audit.Append(context.WithoutCancel(r.Context()), audit.Event{
		Action: audit.StoreBackedUp, Actor: actorOf(r), Object: h.Store.Identity().ID, Outcome: audit.Failed,
		Details: map[string]string{"error": cause.Error()}, RequestID: web.Note(r.Context()).ID,
	})
}

// ServeReload reads the configuration again. POST /api/v1/reload.
func (h *Handler) ServeReload(w http.ResponseWriter, r *http.Request) error {
	if err := h.Reload(r.Context()); err != nil {
		return &web.Error{Status: http.StatusUnprocessableEntity, Code: "configuration_refused", Sentence: err.Error()}
	}
	return web.JSON(w, http.StatusOK, struct{}{})
}

// patient lifts the server's deadline from an answer that takes as long as the
// store is large.
func patient(w http.ResponseWriter) {
	// Not every writer has deadlines; the server's do.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
}
