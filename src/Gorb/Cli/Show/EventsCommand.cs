using System.CommandLine;
using System.Globalization;
using Gorb.Cli.Objects;
using Gorb.Client;

namespace Gorb.Cli.Show;

/// <summary><c>gorb events</c>: prints what happens, as it happens.</summary>
internal static class EventsCommand
{
    private const string Hello = "hello";

    /// <summary>The interval between two attempts to reach a daemon that has ended its stream.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    public static Command Create(TimeProvider time)
    {
        var target = ObjectPath.NewArgument("The service or backend whose events are printed; all without it.");
        target.Arity = ArgumentArity.ZeroOrOne;
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on until it is interrupted, also over a restart of the daemon. This is so without it, too: the daemon keeps no past events (\"gorb audit\" has past changes)." };
        var count = new Option<int?>("--count") { Description = "End after so many events.", HelpName = "NUMBER" };
        var json = new Option<bool>("--json") { Description = "Print each event as a line of JSON, as GET /events sends it." };
        count.Validators.Add(static result =>
        {
            if (result.Tokens is [var token] && !(int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0))
            {
                result.AddError($"--count '{token.Value}' is not a number from 1.");
            }
        });
        var server = new ServerArgument();
        var command = new Command("events", "Prints changes, health and repairs as they happen, with who made them.") { target, follow, count, json, server };
        command.SetAction((result, stop) => DaemonCall.TalkAsync(server.Read(result), client => RunAsync(
            client, result.GetValue(target), result.GetValue(count) ?? int.MaxValue, result.GetValue(json), time, stop)));
        return command;
    }

    private static async Task<int> RunAsync(GorbClient client, ObjectPath? target, int count, bool isJson, TimeProvider time, CancellationToken stop)
    {
        for (var (left, hasListened) = (count, false); ;)
        {
            try
            {
                await foreach (var happened in client.ListenAsync(stop))
                {
                    hasListened = true;
                    if (happened.Type != Hello && IsOf(happened, target))
                    {
                        await Terminal.WriteLineAsync(isJson ? happened.Json : Line(happened));
                        if (--left == 0)
                        {
                            return ExitStatus.Done;
                        }
                    }
                }

                await Terminal.WriteErrorAsync($"gorb: {client.Url} has ended its stream of events; asking again");
            }
            catch (GorbException lost) when (hasListened && lost is not GorbRefusalException)
            {
                await Terminal.WriteErrorAsync($"gorb: {lost.Message}; asking again");
            }

            await Task.Delay(RetryInterval, time, stop);
        }
    }

    private static bool IsOf(GorbEvent happened, ObjectPath? target) => target is null || (happened.Service == target.Service && (target.Backend is null || happened.Backend == target.Backend));

    private static string Line(GorbEvent happened)
    {
        var time = happened.Time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var subject = happened.Service is null ? "" : new ObjectPath(happened.Service, happened.Backend).ToString();
        var actor = happened.Actor is null ? "" : $"({happened.Actor}{(happened.Director is null ? "" : $" at {happened.Director}")})";
        return string.Join("  ", ((string[])[time, happened.Type, subject, happened.Text, actor]).Where(static part => part.Length > 0));
    }
}
