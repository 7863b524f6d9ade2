using Gorb.Model.Descriptions;

namespace Gorb.Model.Policy;

/// <summary>The names of policy values in the API and in the store.</summary>
internal static class PolicyWords
{
    public static Words<StartPolicy> Start { get; } = new(
        new(StartPolicy.Up, "up", "Up"), new(StartPolicy.Down, "down", "Down"), new(StartPolicy.Keep, "keep", "Keep"));

    public static Words<WhenDown> WhenDown { get; } = new(
        new(Policy.WhenDown.Auto, "auto", "Auto"), new(Policy.WhenDown.Quiesce, "quiesce", "Quiesce"), new(Policy.WhenDown.Remove, "remove", "Remove"));

    public static Words<Withdraw> Withdraw { get; } = new(new(Policy.Withdraw.Never, "never", "Never"), new(Policy.Withdraw.WhenDown, "when-down", "WhenDown"));

    public static Words<VipMode> Vip { get; } = new(
        new(VipMode.Leased, "leased", "Leased"), new(VipMode.Everywhere, "everywhere", "Everywhere"), new(VipMode.External, "external", "External"));

    public static Words<Fallback> Fallback { get; } = new(
        new(Policy.Fallback.None, "fb-default", "Nobody"), new(Policy.Fallback.ZeroToOne, "fb-zero-to-one", "ZeroToOne"), new(Policy.Fallback.Sorry, "sorry", "Sorry"));

    public static Words<Force> Force { get; } = new(
        new(Policy.Force.Up, "up", "Up"), new(Policy.Force.Down, "down", "Down"), new(Policy.Force.None, "none", "None"));
}
