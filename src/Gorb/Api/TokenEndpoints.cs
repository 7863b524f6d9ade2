using Gorb.Access;
using Gorb.Model;
using Gorb.Writer;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gorb.Api;

/// <summary>/tokens: creating, listing and revoking the tokens of the API.</summary>
internal static partial class TokenEndpoints
{
    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/tokens").WithTags("access");
        group.MapGet("", List).Needs(Role.Admin).WithName("listTokens").WithSummary("The tokens, with their roles, scopes and last uses.")
            .WithDescription("The secrets are not shown: only their hashes are kept.").Produces<IReadOnlyList<TokenView>>().Refuses(400);
        group.MapPost("", CreateAsync).Needs(Role.Admin).WithName("createToken").Reads<TokenBody>().WithSummary("Creates a token and shows its secret, once.")
            .WithDescription("The token counts at once, without a restart. Its name is the actor of its changes.").Produces<CreatedTokenView>().Refuses(400, 409, 503, 507);
        group.MapDelete("/{token}", RevokeAsync).Needs(Role.Admin).WithName("revokeToken").WithSummary("Revokes a token.")
            .WithDescription("Later requests with it are refused; requests that are being answered go on.").Produces(200).Refuses(400, 404, 503, 507);
    }

    private static JsonHttpResult<IReadOnlyList<TokenView>> List(TableWriter tableWriter, TokenBook book) =>
        TypedResults.Json<IReadOnlyList<TokenView>>([.. tableWriter.Current.Tokens.Values.Select(token => TokenView.Of(token, book.LastUse(token)))], ApiJson.Default.IReadOnlyListTokenView);

    private static async Task<JsonHttpResult<CreatedTokenView>> CreateAsync(HttpRequest request, TableWriter tableWriter, TimeProvider time, ILoggerFactory loggers)
    {
        var secret = TokenSecret.Create();
        var token = TokenReader.Read(await JsonRequestBody.ReadJsonAsync(request), Convert.ToHexStringLower(TokenSecret.Hash(secret)), time.GetUtcNow());
        var origin = request.Origin();
        await tableWriter.ChangeAsync(origin, transaction =>
        {
            if (transaction.After.Tokens.ContainsKey(token.Name))
            {
                throw RequestException.Conflict($"there is a token '{token.Name}' already; revoke it first (DELETE /tokens/{token.Name}), or take another name");
            }

            if (transaction.After.Tokens.Count >= TokenReader.MaxTokens)
            {
                throw RequestException.Conflict($"there are {TokenReader.MaxTokens} tokens already, which is the limit; revoke one that is not used (GET /tokens shows the last uses)");
            }

            transaction.PutToken(token);
        });
        LogCreated(loggers.CreateLogger("Gorb.Api.Tokens"), token.Name, RoleNames.Of(token.Role), origin.Actor);
        request.HttpContext.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(new CreatedTokenView(token.Name, RoleNames.Of(token.Role), token.Scope.Patterns, token.Expires, secret), ApiJson.Default.CreatedTokenView);
    }

    private static async Task RevokeAsync(string token, HttpRequest request, TableWriter tableWriter, ILoggerFactory loggers)
    {
        var origin = request.Origin();
        await tableWriter.ChangeAsync(origin, transaction => transaction.RemoveToken(token));
        LogRevoked(loggers.CreateLogger("Gorb.Api.Tokens"), token, origin.Actor);
    }

    [LoggerMessage(3010, LogLevel.Information, "Token {Name} of the role {Role} was created by {Actor}")]
    private static partial void LogCreated(ILogger logger, string name, string role, string actor);

    [LoggerMessage(3011, LogLevel.Information, "Token {Name} was revoked by {Actor}")]
    private static partial void LogRevoked(ILogger logger, string name, string actor);
}
