using System.Threading.Channels;

namespace Gorb.Cli.Top;

/// <summary>Reads keys from the terminal, on a thread of its own: reading blocks until a key is pressed, and cannot be ended.</summary>
internal static class TopKeys
{
    /// <summary>Starts to read; nothing is read where standard input is no terminal.</summary>
    /// <param name="inputs">Where the keys go.</param>
    public static void Start(ChannelWriter<TopInput> inputs)
    {
        if (!Console.IsInputRedirected)
        {
            new Thread(() => Read(inputs)) { IsBackground = true, Name = "keys" }.Start();
        }
    }

    private static void Read(ChannelWriter<TopInput> inputs)
    {
        try
        {
            while (true)
            {
                inputs.TryWrite(new TopInput.Pressed(Console.ReadKey(intercept: true))); // a key that finds the queue full is dropped, as its effect would be on a screen that was not shown yet
            }
        }
        catch (InvalidOperationException)
        {
            return; // the terminal is gone; a hang-up ends the verb
        }
    }
}
