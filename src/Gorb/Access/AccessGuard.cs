using Gorb.Model;
using Gorb.Platform;
using Gorb.Writer;
using Microsoft.Net.Http.Headers;

namespace Gorb.Access;

/// <summary>
/// Finds out who sends a request, and refuses it when the client's role is lower than the endpoint's, or when the request concerns a service outside the client's scope. Both are
/// decided before any object is looked for, so the answer does not tell whether one exists.
/// </summary>
internal sealed class AccessGuard(AccessOptions options, TokenBook tokens, ClientCertificates certificates, OidcTokens? oidc, LoginThrottle throttle, PlainTokenLog plain, TableWriter writer)
{
    private const string Scheme = "Bearer ";

    /// <summary>The query member that names a second service.</summary>
    private const string Replaces = "replaces";

    /// <summary>Adds the guard to the pipeline. It is created with the pipeline, not before: it needs the writer, which another thread creates meanwhile.</summary>
    /// <exception cref="StateException">The token file cannot be used.</exception>
    public static void Use(WebApplication app)
    {
        app.Services.Get<FileToken>(); // reads the file now, so that a bad one stops the start
        app.Use(next => app.Services.Get<AccessGuard>().Guard(next));
    }

    private RequestDelegate Guard(RequestDelegate next) => context =>
        context.GetEndpoint() is not RouteEndpoint endpoint || Needed(endpoint) is Role.Anyone || MetricsListener.IsUsedBy(context) // what is not a route is answered with 404 or 405, or is the page of /docs
            ? next(context)
            : CheckAsync(context, endpoint, next);

    private static Role Needed(Endpoint endpoint) => endpoint.Metadata.GetMetadata<EndpointRole>()?.Role ?? Role.Admin;

    private Task CheckAsync(HttpContext context, Endpoint endpoint, RequestDelegate next)
    {
        var needed = Needed(endpoint);
        var secret = Secret(context.Request);
        if (secret is not null)
        {
            return tokens.Find(secret) is { } known ? PassToken(context, endpoint, next, known, needed)
                : oidc is not null && OidcTokens.IsToken(secret) ? CheckIssuedAsync(context, endpoint, next, oidc, secret, needed)
                : RefuseLoginAsync(context, needed, "is unknown, revoked or expired");
        }

        return Pass(context, endpoint, next, certificates.Find(context, needed) ?? WithoutToken(context, needed), needed);
    }

    private async Task CheckIssuedAsync(HttpContext context, Endpoint endpoint, RequestDelegate next, OidcTokens issuer, string secret, Role needed)
    {
        var (client, problem) = await issuer.FindAsync(secret);
        await (client is not null ? PassToken(context, endpoint, next, client, needed) : RefuseLoginAsync(context, needed, problem));
    }

    private Task PassToken(HttpContext context, Endpoint endpoint, RequestDelegate next, Authority client, Role needed)
    {
        plain.Note(context, client.Actor);
        return Pass(context, endpoint, next, client, needed);
    }

    private Task Pass(HttpContext context, Endpoint endpoint, RequestDelegate next, Authority client, Role needed)
    {
        context.Features.Set(client); // first, so that a refusal is recorded with its client
        client.Demand(needed, "the request");
        if (needed > Role.Read && endpoint.Metadata.GetMetadata<DeclaresSource>() is null)
        {
            client.DemandSource(null);
        }

        if (!client.Scope.IsAll)
        {
            CheckScope(context, endpoint, client);
        }

        return next(context);
    }

    private void CheckScope(HttpContext context, Endpoint endpoint, Authority client)
    {
        if (context.Request.RouteValues.TryGetValue("service", out var service) && service is string name)
        {
            client.DemandService(name);
            var isOfService = !context.Request.RouteValues.ContainsKey("backend");
            if (isOfService && context.Request.Query[Replaces] is { Count: > 0 } replaced)
            {
                client.DemandService(replaced.ToString(), writer.Current); // as the endpoint reads it: several values are one name
            }

            CheckPlace(name, isCreation: isOfService && HttpMethods.IsPut(context.Request.Method), client);
        }
        else if (endpoint.Metadata.GetMetadata<LimitsItself>() is null)
        {
            throw RequestException.Forbidden($"the request concerns the host as a whole, and {client.Actor} is for the services {client.Scope} only");
        }
    }

    /// <summary>A service with a name of the scope and a place outside it does not exist for the client; only its name cannot be given again.</summary>
    private void CheckPlace(string name, bool isCreation, Authority client)
    {
        if (writer.Current.Find(name) is { } present && !client.Scope.Includes(present.Spec.Key))
        {
            throw isCreation ? client.OutOfScope : RequestException.ServiceNotFound(name);
        }
    }

    /// <summary>The client of a request that shows no token and no certificate.</summary>
    /// <exception cref="RequestException">It needs one.</exception>
    private Authority WithoutToken(HttpContext context, Role needed)
    {
        if (context.Features.Get<PeerCredentials>() is { } peer)
        {
            return Authority.Unlimited(peer.Actor); // the permissions of the socket have admitted its user
        }

        return context.Features.Get<LoopbackPeer>() switch
        {
            null => options.Insecure ? Authority.Unlimited(Actor(context.Connection)) : throw NeedsToken(needed, ": "),
            _ when options.IsTokenRequired => throw NeedsToken(needed, ": "),
            _ when options.Insecure => Authority.Unlimited(Actor(context.Connection)),
            var local => local.User.Authority ?? throw NeedsToken(needed, $"; {local.User.Refusal}, or "),
        };
    }

    private RequestException NeedsToken(Role needed, string reason) => RequestException.Unauthenticated(
        $"the request needs the role {RoleNames.Of(needed)}, and has no token{(certificates.Authorities is null ? "" : " and no client certificate")}{reason}send the header \"Authorization: Bearer TOKEN\"; \"gorb token create NAME --role {RoleNames.Of(needed)}\" on the "
        + "daemon's host makes one");

    private async Task RefuseLoginAsync(HttpContext context, Role needed, string problem)
    {
        if (await throttle.WaitAsync(context.Connection.RemoteIpAddress, context.RequestAborted))
        {
            throw RequestException.Unauthenticated($"the request needs the role {RoleNames.Of(needed)}, and its token {problem}");
        }

        throw RequestException.TooManyLogins("too many requests from this address have a token that is unknown, revoked or expired; try again later");
    }

    private static string? Secret(HttpRequest request)
    {
        var header = request.Headers[HeaderNames.Authorization].ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
    }

    private static string Actor(ConnectionInfo connection) => connection.RemoteIpAddress switch
    {
        null => "local",
        { IsIPv4MappedToIPv6: true } address => address.MapToIPv4().ToString(),
        var address => address.ToString(),
    };
}
