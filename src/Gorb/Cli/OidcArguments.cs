using System.CommandLine;
using System.CommandLine.Parsing;
using Gorb.Platform;

namespace Gorb.Cli;

/// <summary>The daemon's options for tokens of an issuer by OpenID Connect.</summary>
internal sealed class OidcArguments
{
    /// <summary>The environment variables that are the defaults.</summary>
    public const string IssuerVariable = "GORB_OIDC", AudienceVariable = "GORB_OIDC_AUDIENCE", RoleClaimVariable = "GORB_OIDC_ROLE_CLAIM";

    public Option<string?> Issuer { get; } = Text("--oidc", IssuerVariable, "ISSUER", "Issuer of OpenID Connect whose tokens (JWT) are accepted, too, as https://login.example/realms/ops; needs --audience.");

    public Option<string?> Audience { get; } = Text("--audience", AudienceVariable, "NAME", "Audience (the claim aud) that the tokens of --oidc must have.");

    public Option<string?> RoleClaim { get; } = Text("--oidc-role-claim", RoleClaimVariable, "NAME",
        $"Claim of the tokens of --oidc that has the role: read, operate, write or admin; {OidcOptions.DefaultRoleClaim} unless given.");

    public IReadOnlyList<Option<string?>> All => [Issuer, Audience, RoleClaim];

    /// <summary>Reports options that do not fit each other.</summary>
    public void Check(CommandResult result)
    {
        var (issuer, audience) = (Value(result, Issuer), Value(result, Audience));
        if (issuer is not null && OidcOptions.Reject(issuer) is { } problem)
        {
            result.AddError($"--oidc '{issuer}' {problem}; write https://login.example/realms/ops.");
        }
        else if (issuer is not null && audience is null)
        {
            result.AddError("--oidc needs --audience NAME: without it, tokens that the issuer made for other programs would count here.");
        }
        else if (issuer is null && All.Skip(1).FirstOrDefault(option => Value(result, option) is not null) is { } useless)
        {
            result.AddError($"{useless.Name} is given without --oidc ISSUER.");
        }
    }

    /// <summary>The issuer; null without one.</summary>
    public OidcOptions? Read(ParseResult result) => result.GetValue(Issuer) is { } issuer && result.GetValue(Audience) is { } audience
        ? new OidcOptions(issuer, audience, result.GetValue(RoleClaim) ?? OidcOptions.DefaultRoleClaim)
        : null;

    /// <summary>The value of an option. Defaults are not in the result yet while it is checked.</summary>
    private static string? Value(CommandResult result, Option<string?> option) => result.GetResult(option) is null ? (string?)option.GetDefaultValue() : result.GetValue(option);

    private static Option<string?> Text(string name, string variable, string help, string description) => new(name)
    {
        Description = $"{description} The environment's {variable} is the default.",
        HelpName = help,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? text : null,
    };
}
