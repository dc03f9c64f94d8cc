package pages

import (
	"bytes"
	"fmt"
	"path"
	"strings"
	"time"
)

// try draws each page once, in the first language, and looks for what its form
// cannot do without: a template that forgets the form token would refuse
// everybody, and one without Deny would be no question. What the operator has
// replaced must at least parse, sample or no.
func (s *Set) try(pages []Page) error {
	for _, name := range s.sources.replaced {
		if name == layoutFile || path.Base(name) == partsFile {
			continue
		}
		if _, err := s.languages[0].template(name); err != nil {
			return err
		}
	}
	for _, p := range pages {
		var b bytes.Buffer
		if err := s.languages[0].draw(&b, p); err != nil {
			return fmt.Errorf("trying a page: %w", plain(err))
		}
		for _, part := range needed[p.Template()] {
			if !strings.Contains(b.String(), part) {
				return fmt.Errorf("template %s: the page lacks %s", s.sources.own[p.Template()].file, part)
			}
		}
	}
	return nil
}

// needed are the parts of a page that its handler relies on.
var needed = map[string][]string{
	"consent.html":         {`name="oauth_token"`, `name="form_token"`, `value="allow"`, `value="deny"`},
	"signin.html":          {`name="username"`, `name="password"`, `name="return"`, `name="form_token"`},
	"pin.html":             {`id="oauth_verifier"`},
	"accountconfirm.html":  {`name="form_token"`},
	"proposals.html":       {`name="form_token"`, `name="name"`, `name="contact"`, `name="callback"`},
	"proposalconfirm.html": {`name="form_token"`},
}

// rehearsal returns pages of ours that between them show every part of every
// template.
func rehearsal() []Page {
	day := time.Date(2026, 2, 28, 13, 5, 0, 0, time.UTC)
	scopes := []Scope{
		{Name: "albums:read", Title: "See your albums", Detail: "Those of friends, too, if they share them."},
		{Name: "albums:delete", Title: "Delete your photos", Risky: true, New: true, Off: true},
	}
	grant := Grant{Consumer: "Photo Printer", Publisher: "Printers Ltd", Verified: true, Scopes: scopes, Since: day, Used: day, Until: day, Revoke: "/oauth/account/revoke?id=1"}
	consent := Consent{
		Action: "/oauth/authorize", Token: "hh5s93j4hdidpola", FormToken: "Zm9ybQ",
		Consumer: "Photo Printer", Description: "Prints your holiday photos.", Publisher: "Printers Ltd", Contact: "help@printer.example.test", Verified: true,
		User: "ada", SwitchAction: "/oauth/signout", Scopes: scopes, ReturnHost: "printer.example.test",
		Since: day, Until: day, Problem: "nothing_ticked", RequestID: "01J9ZK3V7QW2",
	}
	signIn := SignIn{
		Action: "/oauth/signin", Return: "r3turn", FormToken: "Zm9ybQ", For: "Photo Printer", Username: "ada",
		Problem: "throttled", Wait: time.Minute, Token: true, RequestID: "01J9ZK3V7QW2",
	}
	return []Page{
		signIn, SignIn{As: "ada", Problem: "wrong"}, SignIn{},
		consent, Consent{ReturnApp: "com.example.app"}, Consent{},
		PIN{Consumer: "Photo Printer", Verifier: "k7Xw2PqLr9", Left: 10 * time.Minute, User: "ada", RequestID: "01J9ZK3V7QW2"}, PIN{},
		Denied{Consumer: "Photo Printer", User: "ada", RequestID: "01J9ZK3V7QW2"}, Denied{},
		Problem{Status: 404, Code: "token_rejected", Contact: "help@printer.example.test", RequestID: "01J9ZK3V7QW2"},
		Problem{Status: 400, Code: "odd", Title: "Odd", Sentence: "It is odd."}, Problem{},
		SignedOut{SignIn: "/oauth/signin"}, SignedOut{},
		Home{User: "ada"}, Home{},
		Account{
			User: "ada", Grants: []Grant{grant, {Consumer: "Diary"}}, Count: 60, Prev: "/oauth/account", Next: "/oauth/account?after=2",
			RevokeAll: "/oauth/account/revoke", Done: "revoked", RequestID: "01J9ZK3V7QW2",
		},
		Account{Done: "revoked_all"},
		AccountConfirm{Action: "/oauth/account/revoke", FormToken: "Zm9ybQ", User: "ada", Grant: &grant, Cancel: "/oauth/account", RequestID: "01J9ZK3V7QW2"},
		AccountConfirm{Action: "/oauth/account/revoke", FormToken: "Zm9ybQ", User: "ada", Count: 60, Cancel: "/oauth/account"},
		Proposals{
			User: "ada", Action: "/oauth/proposals", FormToken: "Zm9ybQ", Scopes: scopes,
			Form:   ProposalForm{Name: "Diary", Description: "Keeps a diary.", Publisher: "Ada", Contact: "ada", Callback: "http://localhost:1/", PublicKey: "x"},
			Mine:   []Proposal{{Name: "Photo Printer", Key: "printer", State: "proposed", Since: day, Withdraw: "/w", Claim: "/r"}, {Name: "Calendar", Key: "calendar", State: "approved"}, {State: "disabled"}},
			Errors: []FieldError{{Field: "contact", Code: "invalid", Detail: "It is no mail address."}, {Field: "public_key", Code: "too_long"}},
			Done:   "withdrawn", RequestID: "01J9ZK3V7QW2",
		},
		Proposals{Done: "proposed"},
		ProposalConfirm{Act: "withdraw", Name: "Diary", Key: "diary", Action: "/w", FormToken: "Zm9ybQ", Cancel: "/c", User: "ada", RequestID: "01J9ZK3V7QW2"},
		ProposalConfirm{Act: "claim"},
		ProposalSecret{
			Name: "Diary", Key: "diary", Secret: "kd94hf93k423kf44", Download: "/d", FormToken: "Zm9ybQ",
			URLs: []NamedURL{{"request_token", "https://auth.example.test/oauth/request_token"}, {"authorize", "https://auth.example.test/oauth/authorize"},
				{"access_token", "https://auth.example.test/oauth/access_token"}},
			Back: "/oauth/proposals", User: "ada", RequestID: "01J9ZK3V7QW2",
		},
		ProposalSecret{},
	}
}
