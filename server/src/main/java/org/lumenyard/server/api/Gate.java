package org.lumenyard.server.api;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.websocket.WsContext;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.lumenyard.server.auth.Caller;
import org.lumenyard.server.auth.Hosts;
import org.lumenyard.server.auth.Role;
import org.lumenyard.server.auth.Tokens;

/**
 * Lets requests pass that may: the right host, a known token, and from a browser only our own
 * pages.
 */
final class Gate {
    static final String COOKIE = "lumenyard";
    private static final String CALLER = "caller";
    private static final String STANDING = "standing";
    private static final String BEARER = "bearer ";

    private final Hosts hosts;
    private final Tokens tokens;

    Gate(Hosts hosts, Tokens tokens) {
        this.hosts = hosts;
        this.tokens = tokens;
    }

    /**
     * Turns away pages of somebody else whose name was made to point here.
     *
     * @throws Problem when the request names another host
     */
    void checkHost(Context ctx) {
        if (!hosts.know(ctx.header("Host"))) {
            throw Problem.of(
                    421,
                    "unknown_host",
                    "This server does not go by that name; add it under server.hosts.");
        }
    }

    /**
     * Finds out who asks.
     *
     * @throws Problem when nobody we know does
     */
    void identify(Context ctx) {
        ctx.attribute(CALLER, bearer(ctx).or(() -> cookie(ctx)).orElseThrow(Gate::nobody));
    }

    private static Problem nobody() {
        return Problem.of(
                        401,
                        "not_logged_in",
                        "Log in by a fresh link (lumenyard open), or send a valid token.")
                .with("WWW-Authenticate", "Bearer");
    }

    private Optional<Caller> bearer(Context ctx) {
        String header = ctx.header("Authorization");
        if (header == null) {
            return Optional.empty();
        }
        if (!header.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            throw nobody();
        }
        // A wrong token is not made good by a cookie beside it.
        return Optional.of(
                known(ctx, header.substring(BEARER.length()).trim()).orElseThrow(Gate::nobody));
    }

    private Optional<Caller> known(Context ctx, String secret) {
        ctx.attribute(STANDING, tokens.standing(secret));
        return tokens.caller(secret);
    }

    private Optional<Caller> cookie(Context ctx) {
        String secret = ctx.cookie(COOKIE);
        if (secret == null) {
            return Optional.empty();
        }
        Optional<Caller> caller = known(ctx, secret);
        if (caller.isPresent() && !fromOurPage(ctx)) {
            throw Problem.of(
                    403,
                    "foreign_origin",
                    "A cookie counts only on requests from this server's own pages.");
        }
        return caller;
    }

    /**
     * Another site's page may make a browser send our cookie; the browser then says whose page it
     * was.
     */
    private static boolean fromOurPage(Context ctx) {
        String site = ctx.header("Sec-Fetch-Site");
        String origin = ctx.header("Origin");
        if (origin != null) {
            return origin.equals(ctx.scheme() + "://" + ctx.header("Host"));
        }
        return "same-origin".equals(site) || (isTypedIn(ctx, site) && isRead(ctx));
    }

    /** An address typed in or a bookmark: nobody's page. */
    private static boolean isTypedIn(Context ctx, @Nullable String site) {
        return "none".equals(site) && "navigate".equals(ctx.header("Sec-Fetch-Mode"));
    }

    private static boolean isRead(Context ctx) {
        return ctx.method().equals(HandlerType.GET) || ctx.method().equals(HandlerType.HEAD);
    }

    /**
     * Whether who asks may.
     *
     * @throws Problem when not
     */
    static void authorise(Context ctx) {
        Set<? extends Object> routes = ctx.routeRoles();
        if (routes.contains(Access.ALL)) {
            return;
        }
        Role role = caller(ctx).role();
        boolean may =
                switch (role) {
                    case ADMIN -> !routes.isEmpty();
                    case VIEWER -> routes.contains(Access.READ);
                    case AGENT -> routes.contains(Access.AGENT);
                };
        if (!may) {
            throw Problem.of(
                    403, "not_allowed", "This needs more than the role " + role.word() + ".");
        }
    }

    /** Whether the token that opened a stream was not revoked since. */
    static boolean stands(Context ctx) {
        return stands((BooleanSupplier) ctx.attribute(STANDING));
    }

    /** The same of a connection. */
    static boolean stands(WsContext ctx) {
        return stands((BooleanSupplier) ctx.attribute(STANDING));
    }

    private static boolean stands(@Nullable BooleanSupplier standing) {
        return standing != null && standing.getAsBoolean();
    }

    /** Who asks; only after {@link #identify}. */
    static Caller caller(Context ctx) {
        Caller caller = ctx.attribute(CALLER);
        if (caller == null) {
            throw nobody();
        }
        return caller;
    }
}
