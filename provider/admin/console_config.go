package admin

import (
	"net/http"
	"slices"
	"strings"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/pages"
)

func configCrumb() pages.AdminLink { return pages.AdminLink{URL: configPath, Code: "config"} }

// serveConfig shows the configuration in force, with the origin of each value.
// GET /admin/config.
func (c *Console) serveConfig(w http.ResponseWriter, r *http.Request) error {
	return c.showConfig(w, r, http.StatusOK, nil)
}

func (c *Console) showConfig(w http.ResponseWriter, r *http.Request, status int, problems []pages.AdminProblem) error {
	all, err := c.api.Settings(r.Context())
	if err != nil {
		return refused(err)
	}
	q := r.URL.Query()
	page := pages.AdminConfig{
		Admin: c.frame(r, "config", configCrumb()), Search: strings.TrimSpace(q.Get("q")), Changed: q.Get("show") == "changed",
		Reload: c.formFor(r, configPath+"/reload"),
	}
	for _, value := range []string{"", "changed"} {
		page.Choices = append(page.Choices, pages.AdminChoice{Value: value, Chosen: (value != "") == page.Changed, URL: with(configPath, "q", page.Search, "show", value)})
	}
	page.Sections, page.Problems = sections(all, page.Search, page.Changed), problems
	return c.Pages.Show(w, r, status, page)
}

// sections puts the settings below the first part of their keys.
func sections(all []adminapi.Setting, search string, changed bool) []pages.AdminConfigSection {
	var out []pages.AdminConfigSection
	for _, s := range all {
		differs := s.Origin != "default"
		if changed && !differs || !strings.Contains(strings.ToLower(s.Key+" "+s.Value), strings.ToLower(search)) {
			continue
		}
		name, _, nested := strings.Cut(s.Key, ".")
		if !nested {
			name = ""
		}
		i := slices.IndexFunc(out, func(s pages.AdminConfigSection) bool { return s.Name == name })
		if i < 0 {
			i, out = len(out), append(out, pages.AdminConfigSection{Name: name})
		}
		out[i].Settings = append(out[i].Settings, pages.AdminSetting{
			Key: s.Key, Value: s.Value, Default: s.Default, Origin: s.Origin, Meaning: s.Meaning, Fixed: s.Fixed, Changed: differs,
		})
	}
	return out
}

// reloaded reads the configuration again. POST /admin/config/reload.
func (c *Console) reloaded() form {
	back := func(*http.Request) string { return configPath }
	return form{show: c.showConfig, back: back, do: func(w http.ResponseWriter, r *http.Request) error {
		if err := c.api.Reload(r.Context()); err != nil {
			return err
		}
		return done(w, configPath, "reloaded", 0)
	}}
}
