// Package adminapi is the admin API as both sides see it: the JSON that is sent,
// and a client that speaks it over the admin socket. The handlers are in
// package provider/admin.
package adminapi
