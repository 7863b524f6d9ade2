using System.Diagnostics;

namespace Gorb.KernelTests.Lab;

/// <summary>The result of running the published program with a verb.</summary>
internal sealed record VerbResult(int Status, string Output, string Errors)
{
    /// <param name="input">The standard input.</param>
    /// <param name="arguments">The verb and its arguments.</param>
    public static Task<VerbResult> RunAsync(string input, params string[] arguments) => RunAsync(input, Repository.Gorb, arguments);

    /// <summary>Runs another program that runs the published one.</summary>
    public static Task<VerbResult> RunProgramAsync(string[] command) => RunAsync("", command[0], command[1..]);

    private static async Task<VerbResult> RunAsync(string input, string program, string[] arguments)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellation);
        return new VerbResult(process.ExitCode, await output, await errors);
    }
}
