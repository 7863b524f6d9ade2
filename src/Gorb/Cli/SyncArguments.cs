using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Gorb.Targets.Host.Addresses;
using Gorb.Targets.Host.Sync;

namespace Gorb.Cli;

/// <summary>The daemon's options for the synchronization of connections.</summary>
internal sealed class SyncArguments
{
    public Option<string?> Interface { get; } = new("--sync-interface")
    {
        Description = "Network device over which this director and others tell each other of their connections, so that these survive a move of an address; needs --sync-id. "
            + "The messages are not authenticated: give them a link of their own.",
        HelpName = "DEVICE",
    };

    public Option<string?> Id { get; } = new("--sync-id")
    {
        Description = "Number from 1 to 255 that the directors of --sync-interface share.",
        HelpName = "NUMBER",
    };

    /// <summary>Reports values that are wrong, and options that do not fit each other.</summary>
    public void Check(CommandResult result)
    {
        var (device, id) = (result.GetValue(Interface), result.GetValue(Id));
        if (device is not null && !VipOptions.IsName(device))
        {
            result.AddError($"--sync-interface '{device}' is not a device name: 1 to 15 characters without spaces, '/' and ':', such as eth1.");
        }

        if (id is not null && Parse(id) is null)
        {
            result.AddError($"--sync-id '{id}' is not a number from 1 to {SyncOptions.MaxId}.");
        }
        else if (id is null != device is null)
        {
            result.AddError(id is null ? "--sync-interface needs --sync-id NUMBER, the same on all directors of a group, and another one for each group." : "--sync-id is given without --sync-interface DEVICE.");
        }
    }

    public SyncOptions Read(ParseResult result) => result.GetValue(Interface) is { } device && Parse(result.GetValue(Id)) is { } id ? new SyncOptions(device, id) : SyncOptions.Off;

    private static uint? Parse(string? text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id is > 0 and <= SyncOptions.MaxId ? id : null;
}
