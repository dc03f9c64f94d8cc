package admin

import (
	"net/http"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/web"
)

// ServeSettings shows the configuration that is in force. GET /api/v1/config.
func (h *Handler) ServeSettings(w http.ResponseWriter, _ *http.Request) error {
	out := adminapi.Settings{Settings: []adminapi.Setting{}}
	if h.Settings != nil {
		out.Settings = append(out.Settings, h.Settings()...)
	}
	return web.JSON(w, http.StatusOK, out)
}

// ServeOpenAPI describes the API. GET /api/v1/openapi.yaml.
func (h *Handler) ServeOpenAPI(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/yaml")
	_, _ = w.Write(adminapi.OpenAPI()) // if it does not arrive, nobody is there to be told
	return nil
}
