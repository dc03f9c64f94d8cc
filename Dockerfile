# syntax=docker/dockerfile:1

# Both images are arguments, so that the same file builds from a mirror or offline.
ARG GO_IMAGE=golang:1.26-bookworm
ARG BASE_IMAGE=gcr.io/distroless/static-debian12:nonroot

FROM ${GO_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w -X main.version=${VERSION}" -o /out/oauth1d ./cmd/oauth1d \
 && mkdir -p /out/data

FROM ${BASE_IMAGE}
COPY --from=build --chmod=0755 /out/oauth1d /usr/bin/oauth1d
COPY --from=build --chown=65532:65532 --chmod=0700 /out/data /var/lib/oauth1d
USER 65532:65532
ENV OAUTH1D_LISTEN_PUBLIC=:5849 OAUTH1D_LISTEN_PRIVATE=:5850
EXPOSE 5849 5850
VOLUME ["/var/lib/oauth1d"]
# The binary asks itself over the admin socket: there is no shell to run curl in.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["/usr/bin/oauth1d", "--config", "/var/lib/oauth1d/oauth1d.yaml", "status", "--check"]
ENTRYPOINT ["/usr/bin/oauth1d"]
CMD ["serve", "--config", "/var/lib/oauth1d/oauth1d.yaml"]
