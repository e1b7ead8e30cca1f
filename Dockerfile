# promcheck alone: a static program in an empty image, run by nobody.
#
#   docker build -t promcheck .
#   docker run --rm --init -v "$PWD:/work:ro" promcheck lint
#
# Here, a program that is the first of its container hears no Ctrl-C without `--init`. `tests/image` builds and tries it.

FROM rust:1.88-alpine AS build
RUN apk add --no-cache musl-dev gcc
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY src src
COPY benches benches
RUN cargo build --release --locked --bin promcheck && strip target/release/promcheck

FROM scratch
COPY --from=build /src/target/release/promcheck /promcheck
COPY LICENSE /LICENSE
USER 65534:65534
WORKDIR /work
ENTRYPOINT ["/promcheck"]
CMD ["lint"]
