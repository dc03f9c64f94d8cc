package adminapi

import "time"

// A User is somebody who can sign in.
type User struct {
	Name string `json:"name"`

	// Source is the sign-in backend that answers for the user, at Checked for the
	// last time. None: a built-in user, whose password is kept here. Gone says that
	// the backend knows the user no more.
	Source  string     `json:"source,omitempty"`
	Checked *time.Time `json:"checked,omitempty"`
	Gone    bool       `json:"gone,omitempty"`

	Admin   bool      `json:"admin"`
	Groups  []string  `json:"groups"`
	Enabled bool      `json:"enabled"`
	Created time.Time `json:"created"`
}

// A NewUser is what POST /api/v1/users takes. PasswordHash stands in place of a
// password that only another program knows: a hash as htpasswd(1) writes it.
type NewUser struct {
	Name         string `json:"name"`
	Password     string `json:"password,omitempty"`
	PasswordHash string `json:"password_hash,omitempty"`
	Admin        bool   `json:"admin,omitempty"`
}

// Groups is what PUT /api/v1/users/{name}/groups takes.
type Groups struct {
	Groups []string `json:"groups"`
}

// A Password is what POST /api/v1/users/{name}/password takes.
type Password struct {
	Password string `json:"password"`
}

// Users is a list of them.
type Users struct {
	Users []User `json:"users"`
}
