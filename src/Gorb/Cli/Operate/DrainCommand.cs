using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Gorb.Cli.Objects;
using Gorb.Client;
using Gorb.Model.Text;

namespace Gorb.Cli.Operate;

/// <summary><c>gorb drain</c>: backends get no new connections, and their running ones end by themselves.</summary>
internal static class DrainCommand
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The interval between two reads of the connections: the kernel reports the end of none.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    public static Command Create(TimeProvider time)
    {
        var target = ObjectPath.NewArgument("The backend, or the service whose backends drain.");
        var wait = new Option<bool>("--wait") { Description = "Wait until no connections are left." };
        var timeout = DurationOption.Create("--timeout", "How long to wait, with --wait.", DefaultTimeout);
        var quiet = VerbOutput.NewOption();
        var server = new ServerArgument();
        var command = new Command("drain",
            "Gives a backend, or all backends of a service, no new connections; they stay in the table until \"gorb resume\". Exit status: 1 when connections are left after --wait; others as of all verbs.")
        {
            target, wait, timeout, quiet, server,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(timeout) is { Implicit: false } && !result.GetValue(wait))
            {
                result.AddError("--timeout is for --wait; add it, or leave --timeout out.");
            }
        });
        command.SetAction((result, stop) => DaemonCall.TalkAsync(server.Read(result), client => RunAsync(
            client, result.GetValue(target)!, result.GetValue(wait) ? result.GetValue(timeout) : null, new VerbOutput(result.GetValue(quiet)), time, stop)));
        return command;
    }

    /// <param name="client">The daemon.</param>
    /// <param name="target">The backend or the service.</param>
    /// <param name="timeout">How long to wait for the end of the connections; null not to wait.</param>
    /// <param name="output">What is printed.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the verb; the backends go on draining.</param>
    private static async Task<int> RunAsync(GorbClient client, ObjectPath target, TimeSpan? timeout, VerbOutput output, TimeProvider time, CancellationToken stop)
    {
        var backends = await client.FindBackendsAsync(target, stop);
        foreach (var backend in backends)
        {
            await client.PatchAsync(backend, new JsonObject { ["drain"] = true }, stop);
        }

        if (timeout is { } period)
        {
            return await WaitAsync(client, target, backends, period, output, time, stop);
        }

        foreach (var backend in await client.ReadAllAsync(backends, client.GetBackendAsync, stop))
        {
            await output.WriteLineAsync($"{backend.Path} drains: {Left(backend.Connections)}");
        }

        return ExitStatus.Done;
    }

    private static async Task<int> WaitAsync(
        GorbClient client, ObjectPath target, IReadOnlyList<ObjectPath> backends, TimeSpan timeout, VerbOutput output, TimeProvider time, CancellationToken stop)
    {
        var start = time.GetTimestamp();
        var progress = new Progress(output);
        for (long most = 0; ;)
        {
            var states = await client.ReadAllAsync(backends, client.GetBackendAsync, stop);
            var left = states.Sum(static state => state.Connections);
            if (states.FirstOrDefault(static state => !state.IsDraining) is { } resumed)
            {
                await progress.EndAsync();
                return await DaemonCall.FailAsync($"{resumed.Path} drains no more: another client has ended its drain", ExitStatus.Differs);
            }

            if (left == 0)
            {
                await progress.EndAsync();
                await output.WriteLineAsync($"{target}: no connections left");
                return ExitStatus.Done;
            }

            most = Math.Max(most, left);
            await progress.ShowAsync($"{target}: {Left(left)}", 1 - ((double)left / most));
            var rest = timeout - time.GetElapsedTime(start);
            if (rest <= TimeSpan.Zero)
            {
                await progress.EndAsync();
                return await FailAsync(target, timeout, states);
            }

            await Task.Delay(rest < Interval ? rest : Interval, time, stop);
        }
    }

    private static async Task<int> FailAsync(ObjectPath target, TimeSpan timeout, IReadOnlyList<BackendState> states)
    {
        await DaemonCall.FailAsync($"{target} still has connections after {Duration.Format(timeout)}, and goes on draining; \"gorb resume {target}\" ends that", ExitStatus.Differs);
        foreach (var state in states.Where(static state => state.Connections > 0))
        {
            await Terminal.WriteErrorAsync($"  {state.Path}: {Left(state.Connections)}{(state.PersistentClients > 0 ? $", {state.PersistentClients.ToString(CultureInfo.InvariantCulture)} persistent clients" : "")}");
        }

        return ExitStatus.Differs;
    }

    private static string Left(long connections) => string.Create(CultureInfo.InvariantCulture, $"{connections} connection{(connections == 1 ? "" : "s")} left");
}
