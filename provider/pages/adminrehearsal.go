package pages

import "time"

// adminRehearsal returns administration pages that between them show every part
// of every template: the operator may have replaced any of them.
func adminRehearsal() []Page {
	day := time.Date(2026, 2, 28, 13, 5, 0, 0, time.UTC)
	form := AdminForm{Action: "/admin/x", Token: "Zm9ybQ"}
	once := AdminForm{Action: "/admin/x", Token: "Zm9ybQ", ID: "0nc3"}
	frame := func(section string, problems ...AdminProblem) Admin {
		return Admin{
			User: "ada", Section: section, SignOut: "/admin/signout", RequestID: "01J9ZK3V7QW2", Problems: problems,
			Crumbs: []AdminLink{{URL: "/admin/", Code: "overview"}, {URL: "/admin/" + section, Code: section}, {Name: "Photo Printer", Here: true}},
		}
	}
	head := AdminConsumerHead{Key: "printer", Name: "Photo Printer", URL: "/admin/consumers/printer", State: "enabled", Verified: true, Debug: day, Grace: day}
	copies := []AdminCopy{{"key", "printer"}, {"application", "https://photos.example.test"}, {"request_token", "https://photos.example.test/oauth/request-token"}}
	values := AdminConsumerValues{
		Key: "printer", Name: "Photo Printer", Description: "Prints your holiday photos.", Publisher: "Printers Ltd", Contact: "help@printer.example.test", Verified: true,
		Callbacks: "https://printer.example.test/ready\noob", Methods: []AdminChoice{{Value: "HMAC-SHA1", Chosen: true}, {Value: "RSA-SHA1"}, {Value: "RSA-SHA999", Chosen: true}},
		Profiles: []AdminChoice{{Value: "rfc5849", Chosen: true}, {Value: "else"}}, BodyHash: []AdminChoice{{Value: "if-present", Chosen: true}, {Value: "else"}},
		Accept: []AdminChoice{{Value: "stray-commas", Chosen: true}, {Value: "else"}}, Groups: "friends",
		Scopes: []AdminScope{
			{Scope: Scope{Name: "albums:read", Title: "See your albums", Detail: "Those of friends, too."}, Chosen: true, Usual: true},
			{Scope: Scope{Name: "albums:delete", Title: "Delete your photos", Risky: true}}, {Scope: Scope{Name: "old"}, Chosen: true, Gone: true},
		},
		TwoLegged: []AdminChoice{{Value: "off"}, {Value: "nobody"}, {Value: "user", Chosen: true}}, ActsAs: "robot", Impersonates: "@friends", AccessTTL: "30d", IdleTTL: "12h",
	}
	consumer := func(state string, problems ...AdminProblem) AdminConsumerPage {
		h := head
		h.State = state
		return AdminConsumerPage{
			Admin: frame("consumers", problems...), AdminConsumerHead: h, Form: form, Values: values, Approve: form, Reject: "/admin/x", Owner: "bob", Asked: day, Pending: true,
			Tabs: []AdminLink{{URL: "?tab=details", Code: "details", Here: true}, {URL: "?tab=incoming", Code: "incoming"}, {URL: "?tab=rights", Code: "rights"}, {URL: "?tab=limits", Code: "limits"}},
		}
	}
	wrong := func(field string) AdminProblem { return AdminProblem{Field: field, Text: "is not as it should be"} }
	choices := []AdminChoice{{URL: "?", Chosen: true}, {Value: "disabled", URL: "?x"}}
	paging := AdminPaging{First: "?", Next: "?after=x"}
	key := AdminKey{Code: "public_key", SHA256: "01234567 89abcdef", Bits: 3072, Used: day}
	token := AdminTokenRow{ID: "t0k3n", URL: "/admin/tokens/t0k3n", Consumer: AdminLink{Name: "printer", URL: "/admin/consumers/printer"}, Owner: AdminLink{Name: "ada", URL: "/admin/users/ada"}, Scopes: []string{"albums:read"}, Issued: day, Used: day, Expires: day, State: "live"}
	user := AdminUserRow{Name: "ada", URL: "/admin/users/ada", State: "enabled", Admin: true, Groups: []string{"friends"}, Created: day, Checked: day}
	request := AdminRequestRow{ID: "r3qu3st", URL: "/admin/requests/r3qu3st", Time: day, Problem: "signature_invalid", Consumer: AdminLink{Name: "printer", URL: "/admin/consumers/printer"}, Method: "GET", Target: "https://photos.example.test/photos"}
	stale := AdminProblem{Code: "confirm", URL: "/admin/confirm"}
	done := frame("consumers", stale)
	done.Done = AdminDone{Code: "tokens_revoked", Count: 3}
	saved := frame("config")
	saved.Done = AdminDone{Code: "saved"}

	return []Page{
		AdminOverview{
			Admin: frame("overview"), Version: "1", Started: day, PublicURL: "https://photos.example.test", Endpoints: copies,
			Findings: []AdminFinding{{Severity: "critical", Code: "disk_low", Args: map[string]string{"path": "/var", "percent": "3"}, Sentence: "The disk is full.", Remedy: "Make room.", Consumers: []AdminLink{{Name: "printer", URL: "/p"}}, More: 2}, {Severity: "notice", Code: "never_used", Count: 1, Args: map[string]string{"consumers": "printer", "days": "7"}}, {Severity: "notice", Code: "brand_new", Sentence: "Good to know."}},
			Counts:   []AdminCount{{Code: "consumers", Count: 3, URL: "/admin/consumers"}}, Refusals: []AdminRefusalCount{{Problem: "nonce_used", Count: 3, Latest: day, URL: "/r"}},
			Steps: []AdminStep{{Code: "https", Done: true}, {Code: "consumer", URL: "/c"}, {Code: "backup"}},
		},
		AdminOverview{Ready: true},
		AdminConfirm{Admin: frame("consumers", wrong("confirm")), What: "remove_consumer", Name: "Photo Printer", Key: "printer", Count: 2, Type: "printer", Form: form, Back: "/b"},
		AdminConfirm{Admin: frame("tokens"), What: "revoke", Consumer: "printer", Of: "ada", Count: 2, Form: form, Back: "/b"},
		AdminAgain{Action: "/admin/x", Fields: []AdminDetail{{"name", "Photo Printer"}}, SignIn: "/admin/confirm"},
		AdminMessage{Admin: frame(""), What: "confirmed", Back: "/admin/"},
		AdminConsumers{Admin: done, Search: "p", State: "disabled", States: choices, Rows: []AdminConsumerRow{{AdminConsumerHead: head, Methods: []string{"HMAC-SHA1"}, Used: day, Publisher: "Printers Ltd"}, {AdminConsumerHead: AdminConsumerHead{State: "proposed"}, Owner: "bob"}}, Paging: paging, Add: "/admin/consumers/new"},
		AdminConsumers{}, AdminConsumers{Search: "x"},
		AdminNewConsumer{Admin: frame("consumers", wrong("name"), wrong("methods")), Form: once, Values: values, Back: "/b"},
		AdminDetails{AdminConsumerPage: consumer("proposed", wrong("name")), Copies: copies, Created: day, Used: day, Remove: "/r"},
		AdminIncoming{AdminConsumerPage: consumer("enabled", wrong("methods"), wrong("accept")), Disable: form, Copies: copies, Keys: []AdminKey{{Code: "secret", Used: day}, key, {Code: "old_secret", Until: day}}, EndGrace: form, Rotate: "/r", NewKey: "/n", TwoLegged: "user", ActsAs: "robot", Impersonates: []string{"@friends"}, Change: "/c"},
		AdminIncoming{AdminConsumerPage: consumer("disabled"), Enable: form, TwoLegged: "off", Secretless: true},
		AdminRights{AdminConsumerPage: consumer("enabled", wrong("scopes")), Scoped: true, Tokens: 3, List: "/l", Revoke: "/r"},
		AdminRights{AdminConsumerPage: consumer("enabled")},
		AdminLimits{AdminConsumerPage: consumer("enabled", AdminProblem{Field: "idle_ttl_seconds", Code: "duration"}), Window: form, Spans: []AdminChoice{{Value: "3600"}}},
		AdminTwoLegged{AdminConsumerPage: consumer("enabled", wrong("two_legged")), Back: "/b"},
		AdminRotate{AdminConsumerPage: consumer("enabled", wrong("grace_seconds"), wrong("secret")), Current: AdminKey{Code: "secret"}, Graces: []AdminChoice{{Value: "0"}, {Value: "1", Chosen: true}}, Back: "/b"},
		AdminRotate{AdminConsumerPage: consumer("enabled"), PublicKey: true, Current: key, Graces: []AdminChoice{{Value: "0"}}, Back: "/b"},
		AdminSecret{Admin: frame("consumers"), AdminConsumerHead: head, What: "rotated", Secret: "kd94hf93k423kf44", Copies: copies, Download: form, Previous: day},
		AdminSecret{What: "added"},
		AdminTokens{Admin: frame("tokens"), Consumer: "printer", Owner: "ada", Search: "t", Rows: []AdminTokenRow{token, {}}, Paging: paging, Filtered: true, Count: 2, Revoke: "/r"},
		AdminTokens{},
		AdminToken{Admin: frame("tokens"), Token: token, Revoke: form}, AdminToken{Token: AdminTokenRow{State: "revoked"}},
		AdminUsers{Admin: frame("users"), Search: "a", Sources: []AdminChoice{{URL: "?"}, {Value: "built-in", Chosen: true, URL: "?s"}}, Rows: []AdminUserRow{user, {State: "gone", Source: "ldap"}}, Paging: paging, Add: "/a"},
		AdminUsers{}, AdminNewUser{Admin: frame("users", wrong("name"), AdminProblem{Field: "again", Code: "differs"}), Form: form, Name: "bob", IsAdmin: true, Back: "/b"},
		AdminUser{Admin: frame("users"), Row: user, Yourself: true, Disable: form, GroupsForm: form, Groups: "friends", Password: form, Tokens: 2, List: "/l", Revoke: "/r", Remove: "/x"},
		AdminUser{Row: AdminUserRow{State: "disabled", Source: "ldap", Groups: []string{"friends"}}, Enable: form},
		AdminRequests{Admin: frame("requests"), Consumer: "printer", Rows: []AdminRequestRow{request, {Consumer: AdminLink{Name: "nobody"}}, {}}}, AdminRequests{},
		AdminRequest{Admin: frame("requests", AdminProblem{Field: "base_string", Code: "absent"}), Request: request, Cause: "method_case", Causes: []string{"method_case"}, Certain: true, Side: "consumer", Sentence: "The method is in lower case.", Advice: "Write it in upper case.", Base: "GET&http", TheirBase: "get&http", Difference: &AdminDifference{Offset: 0, Part: "method", Ours: "GET", Theirs: "get"}, Form: form, Typed: "get&http"},
		AdminRequest{Side: "moon"},
		AdminAudit{Admin: frame("audit", AdminProblem{Field: "since", Code: "time"}), Action: "consumer", Actor: "user:ada", Object: "printer", Since: "x", Outcomes: []AdminChoice{{Chosen: true}, {Value: "refused"}}, Actions: []string{"consumer"}, Export: "/e", Damaged: 1, Paging: paging,
			Rows: []AdminAuditRow{{Seq: 7, Time: day, Action: "consumer.added", Actor: AdminLink{Name: "user:ada", URL: "/u"}, Object: AdminLink{Name: "printer", URL: "/p"}, Outcome: "refused", Details: []AdminDetail{{"name", "Photo Printer"}}, RequestID: "01J9ZK3V7QW2"}, {Outcome: "ok"}, {Outcome: "odd"}}},
		AdminAudit{},
		AdminConfig{Admin: saved, Sections: []AdminConfigSection{{Settings: []AdminSetting{{Key: "realm"}}}, {Name: "listen", Settings: []AdminSetting{{Key: "listen.public", Value: ":1", Default: ":2", Origin: "flag", Meaning: "Where.", Fixed: true, Changed: true}}}}, Search: "x", Changed: true, Choices: []AdminChoice{{URL: "?"}, {Value: "changed", Chosen: true, URL: "?x"}}, Reload: form},
		AdminConfig{},
	}
}
