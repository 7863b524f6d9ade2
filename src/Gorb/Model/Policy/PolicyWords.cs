using System.Globalization;

namespace Gorb.Model.Policy;

/// <summary>The API's words for the policies. Null and "" are the default; null comes back for a word that is none.</summary>
internal static class PolicyWords
{
    public static StartPolicy? StartPolicy(string? word) => word switch
    {
        null or "" or "up" => Policy.StartPolicy.Up,
        "down" => Policy.StartPolicy.Down,
        "keep" => Policy.StartPolicy.Keep,
        _ => null,
    };

    public static Fallback? Fallback(string? word) => word switch
    {
        null or "" or "fb-default" => Policy.Fallback.Nobody,
        "fb-zero-to-one" => Policy.Fallback.ZeroToOne,
        "sorry" => Policy.Fallback.Sorry,
        _ => null,
    };

    public static WhenDown? WhenDown(string? word) => word switch
    {
        null or "" or "auto" => Policy.WhenDown.Auto,
        "quiesce" => Policy.WhenDown.Quiesce,
        "remove" => Policy.WhenDown.Remove,
        _ => null,
    };

    public static Force? Force(string? word) => word switch
    {
        null or "" or "none" => Policy.Force.None,
        "up" => Policy.Force.Up,
        "down" => Policy.Force.Down,
        _ => null,
    };

    /// <summary>Reads "30%" as 30.</summary>
    public static int? Percent(string? word) =>
        string.IsNullOrEmpty(word) ? 0
        : word[^1] == '%' && int.TryParse(word.AsSpan(0, word.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var percent)
            && percent <= 100 ? percent
        : null;

    public static string Word(StartPolicy policy) => policy switch
    {
        Policy.StartPolicy.Down => "down",
        Policy.StartPolicy.Keep => "keep",
        _ => "up",
    };

    public static string Word(Fallback fallback) => fallback switch
    {
        Policy.Fallback.ZeroToOne => "fb-zero-to-one",
        Policy.Fallback.Sorry => "sorry",
        _ => "fb-default",
    };

    public static string Word(WhenDown whenDown) => whenDown switch
    {
        Policy.WhenDown.Quiesce => "quiesce",
        Policy.WhenDown.Remove => "remove",
        _ => "auto",
    };

    public static string Word(Force force) => force switch
    {
        Policy.Force.Up => "up",
        Policy.Force.Down => "down",
        _ => "none",
    };
}
