using System.CommandLine;
using System.Globalization;
using Gorb.Cli.Objects;

namespace Gorb.Cli.Operate;

/// <summary><c>gorb wait</c>: waits until enough backends of a service are healthy, for scripts.</summary>
internal static class WaitCommand
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    public static Command Create(TimeProvider time)
    {
        var service = ObjectPath.NewServiceArgument();
        var healthy = new Option<int?>("--healthy")
        {
            Description = "How many backends must be healthy: up by a check that has had a result, or by force, and not draining. Without it, all that do not drain.",
            HelpName = "NUMBER",
        };
        healthy.Validators.Add(static result =>
        {
            if (result.Tokens is [var token] && !(int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0))
            {
                result.AddError($"--healthy '{token.Value}' is not a number from 1; leave it out for all backends.");
            }
        });
        var timeout = DurationOption.Create("--timeout", "How long to wait.", DefaultTimeout);
        var quiet = VerbOutput.NewOption();
        var server = new ServerArgument();
        var command = new Command("wait",
            "Waits until backends of a service are healthy. Exit status: 1 when they are not in time, with what is missing and why on standard error; others as of all verbs.")
        {
            service, healthy, timeout, quiet, server,
        };
        command.SetAction((result, stop) => DaemonCall.TalkAsync(server.Read(result), client =>
            new HealthWait(client, result.GetValue(service)!.Service, result.GetValue(healthy), new VerbOutput(result.GetValue(quiet)), time).RunAsync(result.GetValue(timeout), stop)));
        return command;
    }
}
