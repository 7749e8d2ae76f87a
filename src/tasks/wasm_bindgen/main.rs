//! wasm-bindgen as a program of our own, in exactly the version of the crate that the module was compiled with:
//! nothing need be installed, and the two can never differ. `build.mjs` compiles it once.
//! Arguments: the compiled module, the folder for what is generated.

use wasm_bindgen_cli_support::Bindgen;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(input), Some(output)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: bind <module> <folder>");
        std::process::exit(2);
    };
    let generated = Bindgen::new()
        .input_path(input)
        .web(true)
        .and_then(|bindgen| bindgen.typescript(true).reset_state_function(true).generate(output));
    if let Err(error) = generated {
        eprintln!("{error:?}");
        std::process::exit(1);
    }
}
