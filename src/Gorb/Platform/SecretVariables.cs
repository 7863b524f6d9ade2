namespace Gorb.Platform;

/// <summary>The environment variables that hold secrets. Programs that the daemon starts do not get them.</summary>
internal static class SecretVariables
{
    /// <summary>A token that a client sends.</summary>
    public const string Token = "GORB_TOKEN";

    /// <summary>The daemon's first token.</summary>
    public const string FirstToken = "GORB_FIRST_TOKEN";
}
